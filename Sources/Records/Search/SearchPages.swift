import Kernel
import Web

/// One box, and what it finds.
struct SearchPage {
  let answer: SearchAnswer
  let visit: Visit
  /// Whether records came in that are not found yet.
  let isBehind: Bool

  private var isEmpty: Bool { answer.records.isEmpty && answer.places.isEmpty }

  var html: HTML {
    Shell.page(
      title: "Search", path: SearchRoutes.path, viewer: visit.viewer, width: .narrow,
      body: "\(box)\(hint)\(isEmpty ? nothing : "\(records)\(places)")")
  }

  private var box: HTML {
    """
    <form class="vc-find vc-find-large" method="get" action="\(url: SearchRoutes.path)" role="search">\
    <label class="visually-hidden" for="q">Search for</label>\
    <input class="form-control" type="search" id="q" name="q" value="\(answer.query)" autofocus autocomplete="off" \
    placeholder="A name, a number, an address, a page"><button class="btn btn-primary" type="submit">Search</button></form>
    """
  }

  private var hint: HTML {
    if isBehind { return "<p class=\"vc-hint\">An import came in; its records are found within a minute.</p>" }
    guard !visit.actor.seesPersonalData else { return HTML() }
    return "<p class=\"vc-hint\">You see records by their numbers, so search for a number.</p>"
  }

  private var records: HTML {
    guard !answer.records.isEmpty else { return HTML() }
    let title =
      answer.areRecent
      ? "Opened lately" : visit.viewer.format.count(answer.records.count, "record", "records")
    return """
      <section class="vc-card vc-hits"><h2>\(words: title)</h2><ul>\(answer.records.html { hit in
        row(hit.path, hit.icon, hit.title, hit.note)
      })</ul></section>
      """
  }

  private var places: HTML {
    guard !answer.places.isEmpty else { return HTML() }
    return """
      <section class="vc-card vc-hits"><h2>Pages and actions</h2><ul>\(answer.places.html { place in
        row(place.path, place.icon, place.title.translated, place.kind == .page ? "Page" : "Action")
      })</ul></section>
      """
  }

  private func row(_ path: String, _ icon: String, _ title: String, _ note: String) -> HTML {
    """
    <li><a href="\(url: path)">\(Icon(icon))<span>\(title)</span><small>\(words: note)</small></a></li>
    """
  }

  private var nothing: HTML {
    if answer.query.isEmpty {
      return EmptyState(
        "Nothing opened yet", reason: "Type a name, a number or an address; what you open will stand here.",
        icon: "search"
      ).html
    }
    return EmptyState(
      "Nothing is called “\(answer.query)”",
      reason: "No record you may see, no page and no action. Try fewer words, or how it sounds.", icon: "search"
    ).html
  }
}

/// How complete the index of words is, and making it anew.
struct SearchIndexPage {
  let standing: Searches.Standing
  let visit: Visit

  var html: HTML {
    let format = visit.viewer.format
    let missing = standing.records - standing.indexed
    let words: HTML =
      missing <= 0
      ? "All \(format.count(standing.records, "record", "records")) are found by their words."
      : """
      \(format.count(standing.indexed, "record", "records")) of \(format.count(standing.records)) are found by their \
      words.
      """
    return Shell.page(
      title: "Search index", path: "/jobs", viewer: visit.viewer, crumbs: [Crumb("Search", SearchRoutes.path)],
      lead: words, width: .narrow,
      body: """
        <section class="vc-card"><p>Every record writes its words when it is made or changed. Making them all anew takes \
        a few seconds for each hundred thousand records; meanwhile a search may miss some.</p>\
        \(when: visit.actor.may(.edit, .job), button)</section>
        """)
  }

  private var button: HTML {
    PostButton(
      "Make the index anew", action: SearchRoutes.path + "/rebuilds", csrf: visit.viewer.csrf, icon: "refresh"
    ).html
  }
}
