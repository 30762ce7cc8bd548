"""The shop's tables, one module a topic. Importing this package registers every table on `Base.metadata`."""

from catalog.models.base import Base
from catalog.models.carts import Cart, CartLine
from catalog.models.chatwoot import ChatwootLink
from catalog.models.conversations import Conversation, ConversationStatus, Direction, Message
from catalog.models.customers import Address, Customer, PaymentKind, PaymentMethod
from catalog.models.desk import Agent, DeskCorrection, DeskNote, DeskRead, OwnershipChange, Role
from catalog.models.events import BehaviourEvent, EventKind
from catalog.models.knowledge import KnowledgeDocument, KnowledgePassage
from catalog.models.orders import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from catalog.models.products import (
    Brand,
    Category,
    CategoryAlias,
    Label,
    Product,
    ProductMedia,
    ProductText,
    Variant,
    VariantPrice,
    VariantTerm,
)
from catalog.models.promotions import Promotion, PromotionKind, PromotionScope
from catalog.models.state import CatalogState
from catalog.models.telegram import ChannelLink, LinkTarget, TelegramChat, TelegramUpdate
from catalog.models.vectors import PassageVector, ProductVector

__all__ = [
    "Address",
    "Agent",
    "Base",
    "BehaviourEvent",
    "Brand",
    "Cart",
    "CartLine",
    "CatalogState",
    "Category",
    "CategoryAlias",
    "ChannelLink",
    "ChatwootLink",
    "Conversation",
    "ConversationStatus",
    "Customer",
    "DeskCorrection",
    "DeskNote",
    "DeskRead",
    "Direction",
    "EventKind",
    "Fulfilment",
    "FulfilmentLine",
    "FulfilmentStatus",
    "KnowledgeDocument",
    "KnowledgePassage",
    "Label",
    "LinkTarget",
    "Message",
    "Order",
    "OrderLine",
    "OrderStatus",
    "OwnershipChange",
    "PassageVector",
    "Payment",
    "PaymentKind",
    "PaymentMethod",
    "PaymentStatus",
    "Product",
    "ProductMedia",
    "ProductText",
    "ProductVector",
    "Promotion",
    "PromotionKind",
    "PromotionScope",
    "Refund",
    "RefundStatus",
    "Role",
    "TelegramChat",
    "TelegramUpdate",
    "Variant",
    "VariantPrice",
    "VariantTerm",
]
