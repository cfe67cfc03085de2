"""The composition root of the commands that look for sources: they open the network and store nothing."""

from monitor.core.fetching import ParseFailed
from monitor.sandbox import Sandbox
from monitor.sources.opml import FeedList, NotAList, read_opml


async def read_feed_list(body: bytes) -> FeedList | NotAList:
    """What an OPML file lists, read where reading may be killed."""
    async with Sandbox() as sandbox:
        found = await sandbox.run(read_opml, body)
    return NotAList(detail=found.detail) if isinstance(found, ParseFailed) else found
