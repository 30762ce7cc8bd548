"""Typed keys of what the application holds."""

from aiohttp import web

from bot.desk.hand_over import HandOver
from bot.gateway.chat import Chat
from bot.gateway.connections import Connections
from bot.gateway.hub import Hub
from bot.gateway.metrics import GatewayMetrics
from bot.gateway.pages.shop_front import ShopFront
from bot.gateway.rasa_client import RasaClient
from bot.gateway.rate_limits import RateLimits
from bot.gateway.sessions import Sessions
from bot.gateway.settings import GatewaySettings
from catalog.session import Database

SETTINGS = web.AppKey("settings", GatewaySettings)
DATABASE = web.AppKey("database", Database)
RASA = web.AppKey("rasa", RasaClient)
CHAT = web.AppKey("chat", Chat)
HAND_OVER = web.AppKey("hand_over", HandOver)
HUB = web.AppKey("hub", Hub)
SESSIONS = web.AppKey("sessions", Sessions)
LIMITS = web.AppKey("limits", RateLimits)
CONNECTIONS = web.AppKey("connections", Connections)
METRICS = web.AppKey("metrics", GatewayMetrics)
SHOP_FRONT = web.AppKey("shop_front", ShopFront)
