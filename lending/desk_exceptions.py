"""What the review desk refuses, each with the next step."""

from django.contrib.auth.models import User

from lending.exceptions import LendingError
from lending.models import LoanApplication, Question, Review


class FirstViewMissing(LendingError):
    """Blind-first: a reviewer decides before having written down what they think without the machine."""

    def __init__(self, review: Review) -> None:
        super().__init__(f"Write down your own view of the {review} first; the machine's is shown after that.")


class FirstViewGiven(LendingError):
    """A reviewer's own view is written once."""

    def __init__(self, review: Review) -> None:
        super().__init__(f"Your own view of the {review} is written down already. Go on with the machine's beside it.")


class FileChanged(LendingError):
    """The facts of the file are not those that the machine and the reviewer looked at."""

    def __init__(self, review: Review) -> None:
        super().__init__(
            f"The file of {review.application} was changed after run {review.run.number} read it. "
            "Run the decision again, then decide on what it finds."
        )


class CaseWaits(LendingError):
    """The case waits for the officer's answer."""

    def __init__(self, review: Review) -> None:
        super().__init__(f"The {review} waits for an answer. Wait for it, or withdraw the question first.")


class CaseNotSigned(LendingError):
    """There is nothing to countersign."""

    def __init__(self, review: Review) -> None:
        super().__init__(f"The {review} carries no signature that needs a second one. Open it and decide.")


class CaseSigned(LendingError):
    """One signature is given; what is missing is the second."""

    def __init__(self, review: Review) -> None:
        super().__init__(f"The {review} is signed and waits for a second signature. Countersign it or send it back.")


class OneNameTwice(LendingError):
    """Two signatures are two people's."""

    def __init__(self, by: User, review: Review) -> None:
        super().__init__(f"{by.get_username()} signed the {review} already, so somebody else must countersign it.")


class LimitTooLow(LendingError):
    """The person's authority does not reach this loan."""

    def __init__(self, by: User, review: Review) -> None:
        super().__init__(
            f"The limit of {by.get_username()} does not cover the loan of {review.application}. "
            "Leave the case to a signatory whose limit does."
        )


class NothingWaits(LendingError):
    """No case can be taken by this person."""

    def __init__(self) -> None:
        super().__init__("No case waits that you may take. Cases of your own loans and runs are left to colleagues.")


class AlreadyAsked(LendingError):
    """One question at a time."""

    def __init__(self, question: Question) -> None:
        super().__init__(f"The {question.review} waits for an answer already. Withdraw that question to ask another.")


class AlreadyAnswered(LendingError):
    """Somebody was quicker."""

    def __init__(self, question: Question) -> None:
        who = question.answered_by.get_username() if question.answered_by else "somebody else"
        super().__init__(f"The question was answered by {who} before. Open the case to read the answer.")


class NotPermittedToAnswer(LendingError):
    """The person's role does not answer reviewers."""

    def __init__(self, by: User) -> None:
        super().__init__(f"{by.get_username()} may not answer a reviewer. Leave it to a loan officer.")


class NotTheirs(LendingError):
    """Only who asked may withdraw."""

    def __init__(self, question: Question) -> None:
        super().__init__(f"Only {question.by.get_username()}, who asked, may withdraw the question. Answer it instead.")


class TextMissing(LendingError):
    """A step that says nothing."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is empty. Write what the next person needs to know.")


class SecondLookNotPossible(LendingError):
    """There is nothing to look at again, or somebody looks at it now."""

    def __init__(self, application: LoanApplication, problem: str) -> None:
        super().__init__(f"A second look at {application} is not possible: {problem}")


class SealBroken(LendingError):
    """What is confirmed is not what was shown, or it was shown too long ago."""

    def __init__(self) -> None:
        super().__init__("What you confirm has expired or was altered. Look at the case again and decide once more.")


class OverlayNeedsException(LendingError):
    """An approval against an overlay under another code than that of a policy exception."""

    def __init__(self, review: Review, codes: list[str]) -> None:
        super().__init__(
            f"{review.application} fails {', '.join(codes)}, the lender's own rule. "
            "Choose policy exception as the reason, which a second person signs too, or decline."
        )
