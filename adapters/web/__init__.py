"""The playground: a chat in the browser with a desk in it, for the demo and for the tests. It listens on loopback only."""

from adapters.web.playground import Playground

__all__ = ["Playground"]
