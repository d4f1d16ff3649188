"""A face matcher that is nobody's stub, for the test of the production settings."""

from identity.face_match import FaceMatch, Liveness


class RealMatcher:
    """Matches nobody."""

    def compare(self, photo: bytes, *, reference: str) -> FaceMatch:
        return FaceMatch(matched=False, liveness=Liveness.LIVE)

    def make_reference(self, photo: bytes) -> str:
        return "none"
