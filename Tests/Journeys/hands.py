"""Two ways to use a page: with a pointer, and with the keyboard alone."""

import re

from harness import require


def named(text):
    """Matches an accessible name that starts with these words, in any case."""
    return re.compile(rf"^\s*{re.escape(text)}", re.IGNORECASE)


class Pointer:
    """Clicks and types as most people do."""

    def __init__(self, page):
        self.page = page

    def target(self, role, name):
        return self.page.get_by_role(role, name=named(name)).locator("visible=true").first

    def summary(self, name):
        return self.page.locator("summary").filter(has_text=named(name)).locator("visible=true").first

    def press(self, role, name):
        self.target(role, name).click()
        self.page.wait_for_load_state()

    def unfold(self, name):
        self.summary(name).click()

    def field(self, label):
        return self.page.get_by_label(named(label)).locator("visible=true").first

    def fill(self, label, value):
        self.field(label).fill(value)

    def choose(self, label, option=0):
        """Picks an option of a select or a radio group by its place."""
        self.field(label).select_option(index=option)


class Keyboard(Pointer):
    """Tab, Enter, Space and letters; refuses what the focus does not reach or does not show."""

    most_steps = 400

    def reach(self, target, what):
        for _ in range(self.most_steps):
            if target.count() and target.evaluate("e => e === document.activeElement"):
                require(self.focus_shows(target), f"the focus on {what} is not visible")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{what} is not reached by Tab")

    @staticmethod
    def focus_shows(target):
        return target.evaluate("""e => [e, e.parentElement].some(one => {
          const s = getComputedStyle(one);
          return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
        })""")

    def press(self, role, name):
        self.reach(self.target(role, name), f"{role} “{name}”")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, name):
        self.reach(self.summary(name), f"“{name}”")
        self.page.keyboard.press("Enter")

    def fill(self, label, value):
        field = self.field(label)
        self.reach(field, f"field “{label}”")
        if field.get_attribute("type") == "date":
            year, month, day = value.split("-")
            self.page.keyboard.type(month + day + year)
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(value)

    def choose(self, label, option=0):
        field = self.field(label)
        self.reach(field, f"field “{label}”")
        self.page.keyboard.press("Home")
        for _ in range(option):
            self.page.keyboard.press("ArrowDown")
