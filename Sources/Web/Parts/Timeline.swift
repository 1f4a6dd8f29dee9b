/// What happened, latest first.
package struct Timeline: Part {
  /// One thing that happened.
  package struct Event: Sendable {
    let title: HTML
    let text: HTML
    let time: HTML
    let icon: String
    let tone: Tone

    package init(_ title: HTML, text: HTML = HTML(), time: HTML, icon: String = "point", tone: Tone = .neutral) {
      self.title = title
      self.text = text
      self.time = time
      self.icon = icon
      self.tone = tone
    }
  }

  let events: [Event]
  let empty: EmptyState

  package init(_ events: [Event], empty: EmptyState = EmptyState("Nothing has happened yet", reason: "")) {
    self.events = events
    self.empty = empty
  }

  package var html: HTML {
    guard !events.isEmpty else { return empty.html }
    return "<ol class=\"vc-timeline\">\(events.html(line))</ol>"
  }

  private func line(_ event: Event) -> HTML {
    """
    <li><span class="vc-timeline-icon vc-tone-\(event.tone.rawValue)">\(Icon(event.icon))</span>\
    <div><div class="vc-timeline-head"><span>\(event.title)</span>\(event.time)</div>\
    \(when: !event.text.isEmpty, "<div class=\"vc-timeline-text\">\(event.text)</div>")</div></li>
    """
  }
}
