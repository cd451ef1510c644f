"""Chainlit with the scripted reply, streamed word by word as its documentation shows. Run by `chainlit run`, not by us."""

import asyncio
import os

import chainlit as cl  # type: ignore[import-not-found,unused-ignore]

REPLY = "Two tents fit: the Fjell at 189 dollars and the Dune at 249."
WORD_SECONDS = float(os.environ.get("AISLE_LOAD_WORD_SECONDS", "0"))


@cl.on_message  # type: ignore[untyped-decorator,unused-ignore]
async def said(message: cl.Message) -> None:
    reply = cl.Message(content="")
    for number, word in enumerate(REPLY.split(" ")):
        await asyncio.sleep(WORD_SECONDS)
        await reply.stream_token(word if not number else f" {word}")
    await reply.update()
