"""The playground: a chat in the browser with a desk in it, for the demo and for the tests. On loopback only."""

from adapters.web.playground import Playground

__all__ = ["Playground"]
