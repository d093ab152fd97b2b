"""The address at which the desk listens: whether it may be used, before anything is started or promised."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

LOOPBACK = "127.0.0.1"
MOST = 65535
"""The highest port there is. 0 is any that is free."""


class CannotListen(Exception):
    """The desk cannot listen there. The text is fit for an operator."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def look(host: str, port: int, made: str) -> None:
    """`CannotListen` where somebody else listens, or the desk may not. `made`: the target of make that starts it."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        raise CannotListen(_why(error, host, port, made)) from None


def _why(error: OSError, host: str, port: int, made: str) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < MOST else port - 1
        return f"Port {port} is taken. Another one: --port {other}, or `make {made} PORT={other}`."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"This user may not listen on port {port}: take one from 1024 on, like --port 8000."
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{host} is no address of this machine: take one that is, like --host 127.0.0.1, or 0.0.0.0 for all."
    return f"The desk cannot listen on {host}, port {port}: {error.strerror}."
