"""People of the registry, who may speak for whom, the accounts of those who ask, and what they are told."""

from identity.models.accounts import (
    ApiSession,
    IdentityAttempt,
    OneTimeCode,
    User,
    UserManager,
    code_context,
    code_mobile_context,
    mobile_context,
)
from identity.models.desks import Export, SavedFilter
from identity.models.kinship import (
    GUARDIANSHIP_ENDS_AT,
    Kinship,
    KinshipClaim,
    KinshipQuerySet,
    claim_context,
)
from identity.models.notices import Notice
from identity.models.people import Person, name_context, number_context
from identity.models.second_factors import RecoveryCode, SecondFactor, secret_context

__all__ = [
    "GUARDIANSHIP_ENDS_AT",
    "ApiSession",
    "Export",
    "IdentityAttempt",
    "Kinship",
    "KinshipClaim",
    "KinshipQuerySet",
    "Notice",
    "OneTimeCode",
    "Person",
    "RecoveryCode",
    "SavedFilter",
    "SecondFactor",
    "User",
    "UserManager",
    "claim_context",
    "code_context",
    "code_mobile_context",
    "mobile_context",
    "name_context",
    "number_context",
    "secret_context",
]
