"""The knowledge base: articles, matching and the index. Knows only text: no channel, no database, no desk."""

from kb.article import Article
from kb.extra import ModelMissing, Unreadable
from kb.index import Hit, Index

__all__ = ["Article", "Hit", "Index", "ModelMissing", "Unreadable"]
