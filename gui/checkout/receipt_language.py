"""The words of receipts in the window's language."""

from PySide6.QtCore import QCoreApplication, QLocale

from core.checkout.receipts import ReceiptLanguage


def receipt_language() -> ReceiptLanguage:
    """What receipts say, and the figures of the language; GUI thread."""
    translate = QCoreApplication.translate
    return ReceiptLanguage(
        locale=QLocale().name(),
        sale=translate("ReceiptLanguage", "Sale {number}"),
        total=translate("ReceiptLanguage", "Total"),
        tax=translate("ReceiptLanguage", "of which tax {rate} %"),
        paid=translate("ReceiptLanguage", "Paid"),
        given=translate("ReceiptLanguage", "Cash given"),
        change=translate("ReceiptLanguage", "Change"),
        payments={
            "cash": translate("ReceiptLanguage", "cash"),
            "card": translate("ReceiptLanguage", "card"),
        },
    )
