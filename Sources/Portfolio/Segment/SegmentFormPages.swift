import Customers
import Kernel
import Web

/// The form of a segment: what its customers share, in up to three alternatives of conditions that hold together.
struct SegmentFormPage {
  let book: SegmentBook
  let owner: Segmentation?
  /// nil for a new one.
  let part: Segmentation.Part?
  let traits: [(name: String, values: [(value: String, customers: Int)])]
  let preview: SegmentPreview?
  let problem: Problem?
  let visit: Visit

  private var format: Format { visit.viewer.format }
  private var title: String { part.map { "Change \($0.segment.name)" } ?? "New segment" }

  var html: HTML {
    Shell.page(
      title: title, path: SegmentRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Segments", SegmentRoutes.path + (owner.map { "?segmentation=\($0.id)" } ?? ""))],
      lead:
        "A customer belongs to the first segment whose rule holds; who belongs is worked out anew whenever data change.",
      width: .narrow, body: "\(found)\(form)")
  }

  private var found: HTML {
    guard let preview else { return HTML() }
    let taken =
      preview.takenBefore > 0
      ? " Segments before it take \(format.count(preview.takenBefore)) of them first." : ""
    let unknown =
      preview.unknown > 0
      ? " For \(format.count(preview.unknown)) it cannot be told: a fact is missing." : ""
    return """
      <div class="vc-card vc-preview" role="status" data-preview="\(preview.holds)"><p><strong>This rule holds for \
      \(format.count(preview.holds, "customer", "customers"))</strong> of \(format.count(preview.customers)), who bought \
      for \(format.compactMoney(preview.sales)) in the last 365 days.\(taken)\(unknown)</p><p>\(words: preview.sentence)</p></div>
      """
  }

  private var form: Form {
    Form(
      action: part.map { "\(SegmentRoutes.path)/\($0.id)" } ?? SegmentRoutes.path, method: part == nil ? .post : .put,
      csrf: visit.viewer.csrf, submit: "Save", rows: place + [name] + rule + rank, values: typed,
      problems: problem.map { [$0] } ?? [],
      cancel: part.map { "\(SegmentRoutes.path)/\($0.id)" } ?? SegmentRoutes.path,
      aside: "<button type=\"submit\" class=\"btn\" name=\"dryRun\" value=\"1\">Preview</button>")
  }

  private var name: Form.Row {
    .field(Field("name", "Name", value: part?.segment.name ?? "", isRequired: true, isFocused: problem == nil))
  }

  private var place: [Form.Row] {
    guard part == nil else { return [] }
    let options = book.standing.map { Field.Option("\($0.id)", $0.name) }
    guard !options.isEmpty else {
      return [
        .field(
          Field(
            "in", "Segmentation", value: "By hand", hint: "A name for the set of segments this one begins.",
            isRequired: true))
      ]
    }
    return [
      .field(
        Field("segmentation", "Segmentation", .select(options), value: owner.map { "\($0.id)" } ?? "", isRequired: true)
      ),
      .field(Field("in", "Or a new segmentation", hint: "A name begins a new set of segments.")),
    ]
  }

  private var rank: [Form.Row] {
    guard let part, let owner, let now = owner.parts.firstIndex(where: { $0.id == part.id }) else { return [] }
    return [
      .field(
        Field(
          "rank", "Place", .whole, value: "\(now + 1)",
          hint: "Of \(format.count(owner.parts.count, "segment", "segments")); earlier ones choose first."))
    ]
  }

  private var typed: [String: String] { visit.fields.dictionary }

  /// What the fields show: what was typed, else the rule as it stands.
  private var values: [String: SegmentCondition] {
    let names = SegmentDraft.fieldNames
    var values: [String: SegmentCondition] = [:]
    if typed["what-1-1"] != nil {
      for place in names.flatMap(\.self) {
        values[place] = SegmentCondition(
          what: typed["what-\(place)"] ?? "", how: typed["how-\(place)"] ?? "", value: typed["value-\(place)"] ?? "")
      }
      return values
    }
    for (group, conditions) in (alternatives ?? []).enumerated() {
      for (row, condition) in conditions.enumerated() { values["\(group + 1)-\(row + 1)"] = condition }
    }
    return values
  }

  private var alternatives: [[SegmentCondition]]? {
    let found = part?.segment.rule.alternatives(
      minorPerMajor: format.currency.minorPerMajor, number: { plain($0) }, sharesArePercent: true)
    return found.flatMap { groups in
      groups.count <= SegmentDraft.groups && groups.allSatisfy { $0.count <= SegmentDraft.rows } ? groups : nil
    }
  }

  private func plain(_ number: Double) -> String {
    Int64(exactly: number).map { format.number(Double($0)) } ?? format.number(number, decimals: 2)
  }

  private var rule: [Form.Row] {
    let kept: [Form.Row] =
      part == nil || alternatives != nil
      ? []
      : [
        .html(
          "<p class=\"vc-hint\">The rule now: \(words: part?.segment.rule.sentence(format.currency) ?? ""). It stays unless you write another.</p>"
        )
      ]
    let values = values
    let wrong = problem?.field == "rule" ? problem : nil
    return kept
      + SegmentDraft.fieldNames.enumerated().map { group, places in
        let isUsed = group == 0 || places.contains { values[$0].map { !$0.isEmpty } ?? false }
        let title: HTML =
          group == 0 ? "Customers for whom all of this holds" : "Or for whom all of this holds"
        let refusal: HTML =
          group == 0
          ? wrong.map {
            "<p class=\"vc-field-error\">\(Icon("alert-octagon"))<span>\(words: $0.message) \($0.mend ?? "")</span></p>"
          } ?? HTML() : HTML()
        let conditions = places.enumerated().html { line($0.offset, $0.element, values[$0.element], group) }
        return .html(
          group == 0
            ? "<fieldset class=\"vc-field\"><legend class=\"vc-label\">\(title)</legend>\(lists)\(refusal)\(conditions)</fieldset>"
            : "<details class=\"vc-alternative\"\(flag: "open", isUsed)><summary>\(title)</summary><fieldset class=\"vc-field\"><legend class=\"visually-hidden\">Alternative \(group + 1)</legend>\(conditions)</fieldset></details>"
        )
      }
  }

  private func line(_ row: Int, _ place: String, _ condition: SegmentCondition?, _ group: Int) -> HTML {
    let label = group == 0 ? "Condition \(row + 1)" : "Alternative \(group + 1), condition \(row + 1)"
    return """
      <div class="vc-rule-line">\
      <select class="form-select" name="what-\(place)" aria-label="\(words: label): what">\(what(condition?.what ?? ""))</select>\
      <select class="form-select" name="how-\(place)" aria-label="\(words: label): how">\(how(condition?.how ?? ""))</select>\
      <input class="form-control" type="text" name="value-\(place)" aria-label="\(words: label): value"\
      \(attribute: "value", condition?.value) list="trait-values"></div>
      """
  }

  private func what(_ chosen: String) -> HTML {
    let measures = SegmentMeasure.offered.html { measure in
      let unit = measure.unitWord(format.currency)
      return
        "<option value=\"\(measure.rawValue)\"\(flag: "selected", measure.rawValue == chosen)>\(words: measure.word.sentenceCased)\(words: unit)</option>"
    }
    let declared = traits.html { trait in
      let name = SegmentCondition.traitPrefix + trait.name
      return "<option value=\"\(name)\"\(flag: "selected", name == chosen)>\(trait.name)</option>"
    }
    return """
      <option value="">nothing more</option><optgroup label="Figures">\(measures)</optgroup>\
      \(when: !declared.isEmpty, "<optgroup label=\"Traits\">\(declared)</optgroup>")
      """
  }

  private func how(_ chosen: String) -> HTML {
    let all = SegmentRule.Comparison.allCases.map(\.rawValue) + [SegmentCondition.isOneOf, SegmentCondition.isNoneOf]
    return all.html {
      "<option value=\"\($0)\"\(flag: "selected", $0 == chosen)>\(words: SegmentCondition.word($0))</option>"
    }
  }

  /// Values that traits have, offered while typing.
  private var lists: HTML {
    guard !traits.isEmpty else { return HTML() }
    let values = traits.flatMap { trait in trait.values.prefix(12).map { (trait.name, $0.value) } }
    return """
      <p class="vc-hint">A trait is compared with one value, or with several and | between.</p><datalist id="trait-values">\
      \(values.prefix(200).html { "<option value=\"\($0.1)\">\($0.0)</option>" })</datalist>
      """
  }
}

extension SegmentMeasure {
  /// What a number is entered in.
  func unitWord(_ currency: Currency) -> String {
    switch unit {
    case .money: " (\(currency.code))"
    case .days: " (days)"
    case .share: " (%)"
    case .percentile: " (0 to 100)"
    case .score: " (1 to 5)"
    case .count: ""
    }
  }
}

/// What the data propose: segments with their size and what they are like, to be accepted as they are.
struct SegmentProposalPage {
  let proposal: SegmentProposal?
  let traits: [String]
  let visit: Visit
  var problem: Problem?

  private var format: Format { visit.viewer.format }
  private var path: String { "\(SegmentRoutes.path)/proposals" }
  private var method: Segmentation.Method {
    proposal?.question.method ?? visit.query["method"].flatMap(Segmentation.Method.init(rawValue:)) ?? .size
  }

  var html: HTML {
    Shell.page(
      title: "Proposals", path: SegmentRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Segments", SegmentRoutes.path)],
      lead: HTML(words: lead), body: "\(tabs)\(settings)\(silhouettes)\(table)\(acceptance)")
  }

  private var lead: String {
    guard let proposal else { return "Say what the segments are to be made of." }
    guard !proposal.rows.isEmpty else {
      return "Nothing to propose: the customers are too much alike in this, or too few have the facts."
    }
    let outside =
      proposal.outside == 0
      ? "everybody is in one." : "\(format.count(proposal.outside)) of \(format.count(proposal.base)) are in none."
    let count = format.count(proposal.rows.count, "segment", "segments")
    return "\(count) \(proposal.question.method.word.translated); \(outside.translated)"
  }

  private var tabs: Tabs {
    let methods = Segmentation.Method.allCases.filter { $0 != .rules && ($0 != .trait || !traits.isEmpty) }
    return Tabs(
      "Ways to make segments",
      methods.map { one in
        let trait = one == .trait ? traits.first.map { [("trait", $0)] } ?? [] : []
        return Tabs.Tab(
          one.word.sentenceCased, path: Address.path(path, [("method", one.rawValue)] + trait),
          isCurrent: one == method)
      })
  }

  private var settings: HTML {
    switch method {
    case .trait:
      return Form(
        action: path, method: .get, csrf: visit.viewer.csrf, submit: "Show",
        fields: [
          Field("method", "", .hidden, value: method.rawValue),
          Field(
            "trait", "Trait", .select(traits.map { Field.Option($0, $0) }), value: proposal?.question.trait ?? "",
            isRequired: true),
        ]
      ).html
    case .clusters:
      let chosen = proposal?.question.measures.map(\.rawValue) ?? visit.query.values(of: "measures")
      let form = Form(
        action: path, method: .get, csrf: visit.viewer.csrf, submit: "Find groups",
        fields: [
          Field("method", "", .hidden, value: method.rawValue),
          Field(
            "measures", "Alike in",
            .checkboxes(
              SegmentMeasure.offered.filter { $0.unit != .score }.map {
                Field.Option($0.rawValue, $0.word.sentenceCased)
              }),
            value: chosen.joined(separator: ","),
            hint: "Two to eight. Money, counts and days count by their logarithm.",
            isRequired: true),
          Field(
            "seed", "Seed", .whole, value: "\(proposal?.question.seed ?? 1)",
            hint: "The same seed finds the same groups; another one shows how firm they are."),
        ], problems: problem.map { [$0] } ?? [])
      return
        "<details class=\"vc-settings\"\(flag: "open", proposal == nil)><summary>What the groups are made of</summary>\(form)</details>"
    case .rules, .size, .scores: return HTML()
    }
  }

  private var silhouettes: HTML {
    guard let proposal, !proposal.candidates.isEmpty else { return HTML() }
    let best = proposal.chosen
    let small = proposal.candidates.filter { !$0.isAdmitted }.map { "\($0.clusters)" }
    let tooSmall =
      small.isEmpty
      ? "" : " With \(Format.list(small)) a group would hold less than 2 % of the customers, so that is out."
    return Chart(
      id: "silhouettes",
      title: best.map { "\($0.clusters) groups lie farthest apart" } ?? "No number of groups is good enough",
      note: """
        Mean silhouette by number of groups: 1 is far apart, 0 is touching\
        \(best.map { "; the \($0.clusters) groups have \(format.number($0.silhouette, decimals: 2))" as HTML }). \
        Seed \(proposal.question.seed).\(tooSmall)
        """,
      kind: .bars(
        Chart.Bars(
          labels: proposal.candidates.map { "\($0.clusters) groups" },
          series: [Chart.Series("Silhouette", proposal.candidates.map { $0.isAdmitted ? $0.silhouette : nil })]
            + (small.isEmpty
              ? []
              : [
                Chart.Series(
                  "With a group below 2 %", proposal.candidates.map { $0.isAdmitted ? nil : $0.silhouette })
              ]),
          unit: .ratio, title: "Mean silhouette", isStacked: true)),
      format: format
    ).html
  }

  private var table: HTML {
    guard let proposal else { return HTML() }
    let (format, currency) = (format, proposal.currency)
    let total = Double(proposal.rows.map(\.minor).reduce(0, +))
    return ListTable(
      "\(format.count(proposal.rows.count, "segment", "segments")), in the order in which they choose",
      rows: proposal.rows,
      columns: [
        .init("Segment", onCard: .title) { "\($0.segment.name)" },
        .init("What they are like", onCard: .fact) { "\(words: $0.profile)" },
        .init("Customers", isNumber: true, onCard: .fact) { "\(format.count($0.customers))" },
        .init("Net sales", isNumber: true, onCard: .fact) { "\(format.money(Money(minor: $0.minor, currency)))" },
        .init("Share of sales", isNumber: true) { total > 0 ? "\(format.percent(Double($0.minor) / total))" : "" },
      ], state: ListState(path: path),
      empty: EmptyState(
        "No groups", reason: "Choose other measures, or a trait that files brought for more customers.",
        icon: "chart-dots")
    ).html
  }

  private var acceptance: HTML {
    guard let proposal, !proposal.rows.isEmpty else { return HTML() }
    let hidden = proposal.question.parameters.map { Form.Row.html(Form.hidden($0.0, $0.1)) }
    let suggested =
      switch method {
      case .trait: "By \(proposal.question.trait ?? "trait")"
      case .size: "By size"
      case .scores: "RFM"
      case .clusters: "Clusters"
      case .rules: "By hand"
      }
    return """
      <section class="vc-main-narrow" id="accept"><h2>Accept them</h2>\(Form(
        action: SegmentRoutes.splits, csrf: visit.viewer.csrf, submit: "Accept",
        rows: hidden + [
          .field(Field("name", "Name", value: suggested, isRequired: true)),
          .field(
            Field(
              "use", "Use them in all analyses", .checkbox, value: "1",
              hint: "Contribution, forecast and treatment then speak of these segments.")),
        ], values: method == .clusters ? [:] : visit.fields.dictionary.filter { $0.key == "name" },
        problems: problem?.field == "segmentation" ? [Problem(.conflict, field: "name", problem?.message ?? "", mend: problem?.mend)] : []))</section>
      """
  }
}
