/// What stands where nothing is yet: why it is empty, and what changes that.
package struct EmptyState: Part {
  let title: String
  let reason: HTML
  let icon: String
  let action: HTML

  package init(_ title: String, reason: HTML, icon: String = "inbox", action: HTML = HTML()) {
    self.title = title
    self.reason = reason
    self.icon = icon
    self.action = action
  }

  package var html: HTML {
    """
    <div class="vc-empty">\(Icon(icon))<p class="vc-empty-title">\(words: title)</p><div class="vc-empty-reason">\(reason)</div>\
    \(when: !action.isEmpty, "<div class=\"vc-empty-action\">\(action)</div>")</div>
    """
  }
}
