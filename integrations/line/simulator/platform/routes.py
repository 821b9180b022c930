"""Every address of the platform that is simulated."""

from integrations.line.simulator.platform import (
    bots,
    chats,
    contents,
    messages,
    profiles,
    quotas,
    tokens,
)
from integrations.line.simulator.routing import Route

PLATFORM_ROUTES = (
    Route("POST", "/oauth2/v3/token", tokens.issue, needs_token=False),
    Route("GET", "/v2/bot/info", bots.info),
    Route("GET", "/v2/bot/channel/webhook/endpoint", bots.get_endpoint),
    Route("PUT", "/v2/bot/channel/webhook/endpoint", bots.set_endpoint),
    Route("POST", "/v2/bot/channel/webhook/test", bots.test_endpoint),
    Route("POST", "/v2/bot/message/reply", messages.reply),
    Route("POST", "/v2/bot/message/push", messages.push),
    Route("POST", "/v2/bot/message/multicast", messages.multicast),
    Route("POST", "/v2/bot/message/validate/{kind}", quotas.validate),
    Route("GET", "/v2/bot/message/quota", quotas.quota),
    Route("GET", "/v2/bot/message/quota/consumption", quotas.consumption),
    Route("GET", "/v2/bot/message/{message}/content", contents.content),
    Route("GET", "/v2/bot/message/{message}/content/preview", contents.preview),
    Route("GET", "/v2/bot/message/{message}/content/transcoding", contents.transcoding),
    Route("GET", "/v2/bot/profile/{user}", profiles.profile),
    Route("GET", "/v2/bot/group/{group}/summary", profiles.group_summary),
    *(
        route
        for kind in ("group", "room")
        for route in (
            Route("GET", f"/v2/bot/{kind}/{{group}}/members/count", profiles.members_count),
            Route("GET", f"/v2/bot/{kind}/{{group}}/members/ids", profiles.member_ids),
            Route("GET", f"/v2/bot/{kind}/{{group}}/member/{{user}}", profiles.member_profile),
            Route("POST", f"/v2/bot/{kind}/{{group}}/leave", profiles.leave),
        )
    ),
    Route("POST", "/v2/bot/chat/markAsRead", chats.mark_as_read),
    Route("POST", "/v2/bot/chat/loading/start", chats.start_loading),
)
