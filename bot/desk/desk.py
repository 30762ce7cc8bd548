"""What agents do: change who has a conversation, speak, note, read; and what everybody then hears of it."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, ParamSpec, Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.desk.board import Board
from bot.desk.changes import Changed, assign_chat, close_chat, hand_back_chat, take_chat
from bot.desk.debounce import Debounce
from bot.desk.errors import DeskNotOwnerError, DeskRoleError
from bot.desk.hand_over import HandOver
from bot.desk.presentation import ClientId, agent_as_json, desk_message, note_as_json
from bot.desk.products import Products
from bot.gateway.conversation_access import ConversationAccess
from bot.gateway.errors import NotFoundError
from bot.gateway.hub import Hub
from bot.gateway.message_writer import MessageWriter
from bot.gateway.presentation import JsonObject, message_as_json, owner_as_json
from bot.gateway.reply import TypedReply
from bot.gateway.texts import Language, has_han
from bot.gateway.typed_text import clean_typed_text
from catalog import errors as catalog_errors
from catalog.models import ConversationStatus, Direction, Role
from catalog.models.base import utc_now
from catalog.repositories.agents import AgentView, list_agents
from catalog.repositories.conversations import NewMessage, StoredMessage, find_message
from catalog.repositories.desk_work import DeskItem, add_note, desk_item, desk_items, desk_places, has_had, mark_read
from catalog.session import Database

_LOG = logging.getLogger(__name__)
_ROW_WAIT_S = 0.25
P = ParamSpec("P")


class Assistant(Protocol):
    """Who goes on after a person."""

    async def resume(self, conversation_id: str) -> None:
        """Go on: what was open before is over."""
        ...


class Desk:
    """The desk's work on one shop. Everything is decided by the database; the board only tells."""

    def __init__(
        self,
        database: Database,
        writer: MessageWriter,
        hub: Hub,
        access: ConversationAccess,
        hand_over: HandOver,
        assistant: Assistant,
        products: Products,
    ) -> None:
        self.products = products
        self._database = database
        self._writer = writer
        self._hub = hub
        self._access = access
        self._hand_over = hand_over
        self._assistant = assistant
        self._rows = Debounce(self.announce_soon, _ROW_WAIT_S)
        self._places = Debounce(lambda _: self._follow(self._tell_places()), _ROW_WAIT_S)
        self.board = Board(self._rows.ask)
        self._told_agents: list[JsonObject] = []
        self._following: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Listen to what happens in conversations."""
        self._hub.watch_all(self.board.hear)
        self._hand_over.listen(self.announce_soon)

    async def stop(self) -> None:
        """End what runs."""
        self._hub.unwatch_all(self.board.hear)
        for task in tuple(self._following):
            task.cancel()
        await asyncio.gather(*self._following, return_exceptions=True)
        for later in (self._rows, self._places):
            later.stop()

    async def lists(self, agent: AgentView) -> tuple[list[DeskItem], list[DeskItem], list[DeskItem]]:
        """Return the queue, the agent's own conversations and, for supervisors, those of others."""
        items = await self._database.read(desk_items)
        self.board.learn(items)
        queue = [item for item in items if item.status is ConversationStatus.QUEUED]
        held = [item for item in items if item.status is ConversationStatus.HUMAN]
        mine = [item for item in held if item.agent_id == agent.agent_id]
        others = [item for item in held if item.agent_id != agent.agent_id] if is_supervisor(agent) else []
        return queue, mine, others

    async def readable(self, agent: AgentView, conversation_id: str) -> DeskItem:
        """Return a conversation that the agent may read: waiting, their own now or once, or any for supervisors.

        Raises:
            NotFoundError: no such conversation.
            DeskRoleError: they may not.
        """
        try:
            item = await self._database.read(desk_item, conversation_id)
        except catalog_errors.NotFoundError as error:
            raise NotFoundError(conversation_id) from error
        if is_supervisor(agent) or item.status is ConversationStatus.QUEUED or item.agent_id == agent.agent_id:
            return item
        if await self._database.read(has_had, conversation_id, agent.agent_id):
            return item
        raise DeskRoleError(conversation_id)

    async def take(self, agent: AgentView, conversation_id: str) -> DeskItem:
        """Give a waiting conversation to the agent.

        Raises:
            DeskNotOwnerError: it does not wait any more.
            NotFoundError: no such conversation.
        """
        return await self._changed(conversation_id, take_chat, conversation_id, agent.agent_id, now=utc_now())

    async def assign(self, agent: AgentView, conversation_id: str, to: int) -> DeskItem:
        """Give a conversation to an agent: one's own, or any for supervisors; errors as `take` and `readable`."""
        await self.readable(agent, conversation_id)
        return await self._changed(
            conversation_id,
            assign_chat,
            conversation_id,
            to,
            agent.agent_id,
            owner_only=not is_supervisor(agent),
            now=utc_now(),
        )

    async def hand_back(self, agent: AgentView, conversation_id: str) -> DeskItem:
        """Give a conversation back to the assistant, which goes on; errors as `take`."""
        item = await self._changed(conversation_id, hand_back_chat, conversation_id, agent.agent_id, now=utc_now())
        await self._assistant.resume(conversation_id)
        return item

    async def close(self, agent: AgentView, conversation_id: str) -> DeskItem:
        """Close a conversation; it opens again when the shopper writes; errors as `take`."""
        return await self._changed(conversation_id, close_chat, conversation_id, agent.agent_id, now=utc_now())

    async def send(
        self, agent: AgentView, conversation_id: str, client_message_id: str, text: str, product_ids: Sequence[str]
    ) -> StoredMessage:
        """Say something to the shopper, with products where named; the same id twice is said once.

        Raises:
            DeskNotOwnerError: the agent does not have the conversation, or the lease has run out.
            NotFoundError: no such conversation.
            EmptyMessageError, MessageTooLongError: there is nothing to say, or too much.
            BusyError: the database cannot take it.
        """
        conversation = await self._access.of_desk(conversation_id)
        if conversation is None:
            raise NotFoundError(conversation_id)
        language: Language = "zh" if has_han(text) else conversation.language or "en"
        cards = await self.products.cards(product_ids, language) if product_ids else ()
        plain = clean_typed_text(text) if text.strip() or not cards else ""
        reply = TypedReply(text=plain, language=language, cards=cards).as_json()
        payload = {"reply": reply, "agent": {"id": agent.agent_id, "name": agent.name}}
        shown = plain or " · ".join(card.title for card in cards)
        message = NewMessage(
            conversation_id,
            Direction.AGENT,
            shown,
            payload,
            ClientId(agent.agent_id, client_message_id).kept,
            agent_id=agent.agent_id,
        )
        try:
            stored = await self._writer.append(message)
        except catalog_errors.NotOwnerError as error:
            earlier = await self._database.read(find_message, conversation_id, message.client_message_id)
            if earlier is None:
                raise DeskNotOwnerError(str(error)) from error
            return earlier  # said while the agent had the conversation; only the answer was lost
        if not stored.repeated:
            self._hub.publish(conversation, {"type": "message", "message": message_as_json(stored)})
            self.board.agent_spoke(conversation_id, desk_message(stored))
        return stored

    async def type(self, agent: AgentView, conversation_id: str, *, on: bool) -> bool:
        """Show the shopper that the agent writes; False where the agent does not have the conversation."""
        if self.board.owner(conversation_id) != agent.agent_id:
            return False
        conversation = await self._access.of_desk(conversation_id)
        if conversation is not None:
            self._hub.publish(conversation, {"type": "typing", "on": on, "agent": agent.name})
        return True

    async def note(self, agent: AgentView, conversation_id: str, text: str) -> JsonObject:
        """Keep an internal note; errors as `readable`."""
        await self.readable(agent, conversation_id)
        note = await self._database.run(add_note, conversation_id, agent.agent_id, text, now=utc_now())
        shown = note_as_json(note)
        self.board.tell_note(conversation_id, shown)
        return shown

    async def read(self, agent: AgentView, conversation_id: str, seq: int) -> int:
        """Note that the owner has read up to a number; returns what is unread. Another's look changes nothing."""
        if self.board.owner(conversation_id) != agent.agent_id:
            return (await self.readable(agent, conversation_id)).unread
        unread = await self._database.run(mark_read, conversation_id, seq)
        self.board.read(conversation_id, unread)
        return unread

    async def agents(self) -> list[JsonObject]:
        """Return the agents as all may see them."""
        return [agent_as_json(agent) for agent in await self._database.read(list_agents, now=utc_now())]

    def agents_changed(self) -> None:
        """Tell all consoles soon who is there."""
        self._follow(self.tell_agents())

    async def tell_agents(self) -> None:
        """Tell all consoles who is there, where that has changed."""
        agents = await self.agents()
        if agents != self._told_agents:
            self._told_agents = agents
            self.board.tell_agents(agents)

    def announce_soon(self, conversation_id: str) -> None:
        """Tell desk and shopper how a conversation stands, soon."""
        self._follow(self.announce(conversation_id))

    async def announce(self, conversation_id: str) -> DeskItem:
        """Tell the desk and the shopper how a conversation stands now."""
        item = await self._database.read(desk_item, conversation_id)
        moved = self.board.version(conversation_id) != item.version
        self.board.show(item)
        if moved:
            await self._tell_owner(conversation_id)
            self._places.ask("queue")
        return item

    async def tell(self, changed: Changed) -> DeskItem:
        """Tell of a change that is done: the words that were kept with it, then how things stand."""
        conversation_id = changed.ownership.conversation_id
        conversation = await self._access.of_desk(conversation_id)
        if conversation is not None:
            for message in changed.told:
                self._hub.publish(conversation, {"type": "message", "message": message_as_json(message)})
        return await self.announce(conversation_id)

    async def _changed(self, conversation_id: str, change: "Change[P]", *args: P.args, **kwargs: P.kwargs) -> DeskItem:
        try:
            changed = await self._database.run(change, *args, **kwargs)
        except catalog_errors.NotOwnerError as error:
            self.announce_soon(conversation_id)
            raise DeskNotOwnerError(str(error)) from error
        except catalog_errors.NotFoundError as error:
            raise NotFoundError(str(error)) from error
        return await self.tell(changed)

    async def _tell_owner(self, conversation_id: str) -> None:
        """Tell the shopper's open pages who has the conversation."""
        if conversation_id not in self._hub.watched:
            return
        conversation = await self._access.of_desk(conversation_id)
        if conversation is not None:
            waiting = await self._hand_over.how_it_stands(conversation_id)
            self._hub.publish(conversation, {"type": "owner", **owner_as_json(waiting)})

    async def _tell_places(self) -> None:
        """Tell those who wait and look on where they stand now."""
        watched = set(self._hub.watched)
        for conversation_id in await self._database.read(desk_places):
            if conversation_id in watched:
                await self._tell_owner(conversation_id)

    def _follow(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._following.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._following.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            expected = isinstance(error, catalog_errors.CatalogError | SQLAlchemyError)
            _LOG.error("the desk was not told: %s", type(error).__name__, exc_info=None if expected else error)


class Change(Protocol[P]):
    """A function of `changes.py`."""

    def __call__(self, session: Session, /, *args: P.args, **kwargs: P.kwargs) -> Changed:
        """Change the owner."""
        ...


def is_supervisor(agent: AgentView) -> bool:
    """Tell whether an agent sees and reassigns everybody's conversations."""
    return agent.role is Role.SUPERVISOR
