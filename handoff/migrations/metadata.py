"""Every table of the database. Importing this module makes all models known to SQLAlchemy."""

import handoff.accounts.models
import handoff.attachments.models
import handoff.bot_turns.models
import handoff.catalogue.models
import handoff.channels.models
import handoff.conversations.models
import handoff.feedback.models
import handoff.outages.models
import handoff.queue.models
import handoff.ratings.models
import handoff.silence.models
import handoff.sla.models
import handoff.tickets.models
import handoff.timeline.models
import handoff.users.models
import kb_index.articles.models
from balcao.database import Base

_MODELS = (
    handoff.accounts.models,
    handoff.attachments.models,
    handoff.bot_turns.models,
    handoff.catalogue.models,
    handoff.channels.models,
    handoff.conversations.models,
    handoff.feedback.models,
    handoff.outages.models,
    handoff.queue.models,
    handoff.ratings.models,
    handoff.sla.models,
    handoff.silence.models,
    handoff.tickets.models,
    handoff.timeline.models,
    handoff.users.models,
    kb_index.articles.models,
)

METADATA = Base.metadata
"""The tables of all of :data:`_MODELS`."""
