import Kernel
import Web

/// The pairs a search found.
struct DuplicateListPage {
  let page: Page<Duplicate>
  let open: Int
  let question: DuplicateQuestion
  let catalogue: Catalogue
  let nouns: [Actor.Noun]
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "Duplicates", path: DuplicateRoutes.path, viewer: visit.viewer,
      lead: "Records that may be of the same party, those most alike first.",
      actions: "\(LinkButton("Merges", "/merges?noun=\(question.noun)", icon: "history")) \(search)",
      body: "\(tabs)\(table)")
  }

  private var search: HTML {
    guard visit.actor.may(.edit, catalogue.noun) else { return HTML() }
    return PostButton(
      "Search again", action: DuplicateRoutes.path + "/searches", csrf: visit.viewer.csrf, weight: .primary,
      icon: "refresh", fields: [("noun", question.noun)]
    ).html
  }

  private func path(_ noun: String, _ state: Duplicate.State) -> String {
    Address.path(DuplicateRoutes.path, [("noun", noun), ("state", state == .open ? "" : state.rawValue)])
  }

  private var tabs: HTML {
    let kinds = nouns.map { noun in
      Tabs.Tab(
        noun == .customer ? "Customers" : "Contacts", path: path(noun.rawValue, .open),
        isCurrent: noun.rawValue == question.noun && question.state == .open)
    }
    let dismissed = Tabs.Tab(
      "Not the same", path: path(question.noun, .dismissed), isCurrent: question.state == .dismissed)
    return Tabs("Which pairs", kinds + [dismissed]).html
  }

  private var table: ListTable<Duplicate> {
    let viewer = visit.viewer
    let words: HTML =
      question.state == .open
      ? "\(viewer.format.count(open, "pair", "pairs")) of \(words: catalogue.plural) that may be one"
      : "Pairs somebody said are not the same"
    return ListTable(
      words, rows: page.rows,
      columns: [
        .init("Pair", onCard: .title) { pair in
          "<a href=\"\(url: DuplicatePage.path(pair))\">\(pair.low.title) and \(pair.high.title)</a>"
        },
        .init("Likely the same", isNumber: true, onCard: .fact) {
          "\(viewer.format.percent(DuplicateEvidence.probability($0.weight)))"
        },
        .init("What speaks for it", onCard: .fact) { pair in
          "\(pair.evidence.filter { $0.weight > 0 }.map(\.words).joined(separator: ", "))"
        },
        .init("What speaks against", onCard: .fact) { pair in
          "\(pair.evidence.filter { $0.weight < 0 }.map(\.words).joined(separator: ", "))"
        },
      ],
      state: ListState(
        path: DuplicateRoutes.path,
        parameters: [("noun", question.noun), ("state", question.state == .open ? "" : question.state.rawValue)],
        next: page.next), empty: empty)
  }

  private var empty: EmptyState {
    guard question.state == .open else {
      return EmptyState(
        "Nobody said of a pair that it is two", reason: "What is dismissed in the list of pairs stands here.",
        icon: "users")
    }
    return EmptyState(
      "No pairs", reason: "Either nobody searched yet, or every \(words: catalogue.word) is there once.", icon: "users",
      action: search)
  }
}

/// Two records side by side: what they hold, and what that says.
struct DuplicatePage {
  let pair: Duplicate
  let visit: Visit

  static func path(_ pair: Duplicate) -> String {
    "\(DuplicateRoutes.path)/\(pair.noun.rawValue)/\(pair.low.id)/\(pair.high.id)"
  }

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "\(pair.low.title) and \(pair.high.title)", path: DuplicateRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Duplicates", "\(DuplicateRoutes.path)?noun=\(pair.noun.rawValue)")], lead: lead,
      actions: actions, body: "\(sides)\(chart)")
  }

  private var lead: HTML {
    let likely = format.percent(DuplicateEvidence.probability(pair.weight))
    let said: HTML? = pair.dismissedBy.map { name in
      " \(name) said \(pair.dismissedAt.map { visit.viewer.time($0) }) that they are two."
    }
    return "They are of the same party with a probability of \(likely).\(said)"
  }

  private var actions: HTML {
    guard visit.actor.may(.edit, pair.noun) else { return HTML() }
    let csrf = visit.viewer.csrf
    let address = Self.path(pair) + "/dismissal"
    let verdict =
      pair.state == .open
      ? PostButton("They are two", action: address, csrf: csrf, icon: "x")
      : PostButton("Offer them again", action: address, csrf: csrf, method: .delete, icon: "arrow-back-up")
    let merge = LinkButton(
      "Merge them",
      Address.path(
        MergeRoutes.path + "/new",
        [("noun", pair.noun.rawValue), ("ids", "\(pair.low.id)"), ("ids", "\(pair.high.id)")]),
      weight: .primary, icon: "arrows-join")
    return "\(verdict) \(when: visit.actor.may(.delete, pair.noun), merge.html)"
  }

  private var sides: HTML {
    let fields = unique(pair.low.texts.all.map(\.field) + pair.high.texts.all.map(\.field))
    return """
      <section class="vc-card vc-sides"><table class="vc-table"><thead><tr><th scope="col">Field</th>\
      \([pair.low, pair.high].html { "<th scope=\"col\"><a href=\"\(url: $0.path)\">\($0.title)</a></th>" })\
      <th scope="col">Says</th></tr></thead><tbody>\(fields.html(row))</tbody></table></section>
      """
  }

  private func row(_ field: String) -> HTML {
    let evidence = pair.evidence.first { $0.field == field }
    func values(_ side: DuplicateSide) -> String {
      side.texts.all.filter { $0.field == field }.map(\.text).joined(separator: ", ")
    }
    let tone = evidence.map { $0.weight > 0 ? Tone.good : Tone.watch }
    return """
      <tr><th scope="row">\(DuplicateEvidence.label(of: field))</th>\
      \([pair.low, pair.high].html { "<td data-label=\"\($0.title)\">\(values($0))</td>" })\
      <td>\(evidence.map { Badge($0.words, tone ?? .neutral) })</td></tr>
      """
  }

  private func unique(_ all: [String]) -> [String] {
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }

  private var chart: Chart {
    let steps =
      [Chart.Waterfall.Step("Before looking", DuplicateEvidence.prior, isTotal: true)]
      + pair.evidence.map { Chart.Waterfall.Step($0.words, $0.weight) }
      + [Chart.Waterfall.Step("Together", pair.weight, isTotal: true)]
    let finding =
      pair.isLikely ? "More speaks for one party than against" : "More speaks against one party than for it"
    return Chart(
      id: "evidence", title: finding,
      note: """
        Each bar is what a field says, in bits: one more makes it twice as likely that they are one. Above 0 is more \
        likely than not.
        """, kind: .waterfall(Chart.Waterfall(steps: steps, unit: .ratio, title: "bits")), format: format)
  }
}

/// Hints without scripts, for whoever opens their address.
struct DuplicateHintsPage {
  let hints: [DuplicateHint]
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "Records that look the same", path: DuplicateRoutes.path, viewer: visit.viewer, width: .narrow,
      body: hints.isEmpty
        ? EmptyState("No record looks the same", reason: "What was typed is new here.", icon: "circle-check").html
        : DuplicateHintList(hints: hints).html)
  }
}

/// Records somebody may mean, each with why.
package struct DuplicateHintList: Part {
  let hints: [DuplicateHint]

  package init(hints: [DuplicateHint]) { self.hints = hints }

  package var html: HTML {
    """
    <ul class="vc-hints">\(hints.html { hint in
      """
      <li><a href="\(url: hint.path)">\(hint.title)</a><span>\(words: hint.words)</span>\
      \(hint.isLikely ? Badge("Very likely", .watch) : Badge("Perhaps", .neutral))</li>
      """
    })</ul>
    """
  }
}

/// Asks before a record is made that looks like one that is there.
package struct DuplicateQuestionPage {
  let hints: [DuplicateHint]
  let word: String
  let action: String
  let visit: Visit

  package init(hints: [DuplicateHint], word: String, action: String, visit: Visit) {
    self.hints = hints
    self.word = word
    self.action = action
    self.visit = visit
  }

  private var kept: [(name: String, value: String)] {
    visit.fields.all.filter { $0.name != Form.csrfField && $0.name != Form.methodField && $0.name != "anyway" }
  }

  package var html: HTML {
    Shell.page(
      title: "This \(word) may be here already", path: action, viewer: visit.viewer,
      lead: "These look the same: use one of them, or add another anyway.", width: .narrow,
      body: """
        <section class="vc-card">\(DuplicateHintList(hints: hints))</section>
        \(PostButton(
          "Add anyway", action: action, csrf: visit.viewer.csrf, icon: "plus", fields: kept + [(name: "anyway", value: "1")]))
        """)
  }
}

extension Duplicate {
  var isLikely: Bool { weight >= DuplicateEvidence.likely }
}

extension DuplicateEvidence {
  static func label(of field: String) -> String { DuplicateEvidence(field, .same, 0).label }
}
