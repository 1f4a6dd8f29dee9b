import Kernel
import Web

/// A timeline with what narrows it, and the way to what is older.
struct TimelineView: Part {
  let page: Page<TimelineItem>
  let question: TimelineQuestion
  let sources: [TimelineSource]
  /// The address of the timeline as a whole.
  let path: String
  let visit: Visit

  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    let older = page.next.map {
      Address.path(path, [("q", question.words), ("kind", question.kind ?? ""), ("after", $0)])
    }
    return """
      \(find)\(Timeline(page.rows.map(event), empty: empty))\
      \(older.map { "<nav class=\"vc-pages\" aria-label=\"Pages of the timeline\">\(LinkButton("Older", $0, icon: "chevron-right"))</nav>" as HTML })
      """
  }

  private var find: HTML {
    """
    <form class="vc-find vc-timeline-find" method="get" action="\(url: path)" role="search">\
    <label class="visually-hidden" for="timeline-q">Search what happened</label>\
    <input class="form-control" type="search" id="timeline-q" name="q" value="\(question.words)" \
    placeholder="Search what happened" autocomplete="off">\
    <label class="visually-hidden" for="timeline-kind">Kind</label>\
    <select class="form-select" id="timeline-kind" name="kind"><option value="">Everything</option>\
    \(sources.html(options))</select><button class="btn" type="submit">Show</button></form>
    """
  }

  private func options(_ source: TimelineSource) -> HTML {
    let kinds: [(String, String)] =
      [(source.name, source.word)] + source.kinds.map { ("\(source.name).\($0.name)", $0.word) }
    return kinds.enumerated().html { place, one in
      """
      <option value="\(one.0)"\(when: one.0 == question.kind, " selected")>\(when: place > 0, "  ")\(words: one.1)</option>
      """
    }
  }

  private func event(_ item: TimelineItem) -> Timeline.Event {
    let format = viewer.format
    let money = item.minor.map { format.exactMoney(Money(minor: $0, format.currency)) }
    let outcome = item.badge.flatMap { Interaction.Outcome(rawValue: $0) }
    let badge: HTML? =
      outcome.map { Badge($0.word, OutcomeTone.of($0)).html } ?? item.badge.map { Badge($0).html }
    let title: HTML = item.path.map { "<a href=\"\(url: $0)\">\(item.title)</a>" } ?? "\(item.title)"
    return Timeline.Event(
      "\(title)\(badge)",
      text: """
        \(when: !item.text.isEmpty, "<div class=\"vc-lines\">\(item.text)</div>")\
        \(money.map { "<div>\($0)</div>" as HTML })\(when: !item.note.isEmpty, "<small>\(item.note)</small>")
        """, time: item.isTimed ? viewer.time(item.at) : viewer.time(item.day), icon: item.icon)
  }

  private var empty: EmptyState {
    guard question.words.isEmpty, question.kind == nil else {
      return EmptyState("Nothing fits", reason: "Nothing on record is like that.", icon: "search")
    }
    return EmptyState(
      "Nothing has happened yet", reason: "Calls, notes, tasks done, files and changes stand here, the newest first.",
      icon: "history")
  }
}

/// What programs are answered.
struct TimelineAnswer: Encodable, Sendable {
  let rows: [TimelineItem]
  let next: String?
}

/// The timeline of a customer or a contact on a page of its own.
struct TimelinePage {
  let name: String
  /// The page of the record.
  let home: String
  let list: Crumb
  let page: Page<TimelineItem>
  let question: TimelineQuestion
  let sources: [TimelineSource]
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "What happened with \(name)", path: list.path, viewer: visit.viewer, crumbs: [list, Crumb(name, home)],
      width: .narrow,
      body: """
        <section class="vc-card">\
        \(TimelineView(page: page, question: question, sources: sources, path: "\(home)/timeline", visit: visit))</section>
        """)
  }
}
