"""What the desk refuses beyond the gateway's own refusals."""

from bot.gateway.errors import GatewayError


class DeskSignInError(GatewayError):
    """No sign-in, an ended one, or a wrong login or password."""

    code = "desk_sign_in"


class DeskRoleError(GatewayError):
    """It is not this agent's conversation, or for supervisors only."""

    code = "desk_role"


class DeskNotOwnerError(GatewayError):
    """The conversation is no longer what the request takes it for."""

    code = "desk_not_owner"
