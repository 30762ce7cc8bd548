"""Typed keys of what the application holds for the desk."""

from aiohttp import web

from bot.desk.agent_sessions import AgentSessions
from bot.desk.desk import Desk
from bot.desk.drafts import Drafts
from bot.desk.password_checks import PasswordChecks
from bot.desk.products import Products
from bot.gateway.rate_limits import RateLimits

DESK = web.AppKey("desk", Desk)
AGENT_SESSIONS = web.AppKey("agent_sessions", AgentSessions)
AGENT_LIMITS = web.AppKey("agent_limits", RateLimits)
SIGN_IN_LIMITS = web.AppKey("sign_in_limits", RateLimits)
PASSWORD_CHECKS = web.AppKey("password_checks", PasswordChecks)
PRODUCTS = web.AppKey("desk_products", Products)
DRAFTS = web.AppKey("drafts", Drafts)
