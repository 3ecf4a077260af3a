"""Harvesting (OAI-PMH 2.0): the whole archive, or what has changed; withdrawn records stay known as deleted.

Resumption tokens are stateless: all that is needed to go on stands in them, so that they hold for ever and on any node.
"""

from webapp.machines.oai.views import blueprint

__all__ = ["blueprint"]
