"""example.py <url>: what docs/sdks.md shows of the Python SDK. It runs until it is ended."""

import sys

url = sys.argv[1]

# snippet: python
import asyncio

from centrifuge import Client, PublicationContext, SubscriptionEventHandler


class Chat(SubscriptionEventHandler):
    async def on_publication(self, ctx: PublicationContext) -> None:
        print("received", ctx.pub.offset, ctx.pub.data["text"], flush=True)


async def main() -> None:
    client = Client(url)
    chat = client.new_subscription("chat", events=Chat())
    await client.connect()
    await chat.subscribe()
    await chat.publish({"text": "hello"})
    history = await chat.history(limit=10)
    presence = await chat.presence()
    print("kept", len(history.publications), "present", len(presence.clients), flush=True)
    await asyncio.Future()  # until it is stopped


asyncio.run(main())
# end of snippet
