import Conditions
import Customers
import Kernel
import Web

/// Whether customers who matter are treated differently at all, and as the rules say.
struct TreatmentPage {
  static let size = 50

  let review: TreatmentReview
  let book: SegmentBook
  let names: [ID<Customer>: String]
  let users: [User]
  let problem: Problem?
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Treatment", path: TreatmentRoutes.path, viewer: visit.viewer, lead: HTML(words: lead),
      actions: LinkButton("New rule", "#rule", weight: .primary, icon: "plus").html,
      body: """
        <div class="row row-cards"><div class="col-lg-6">\(chart)</div><div class="col-lg-6">\(standing)</div></div>
        \(gaps)\(rules)\(breaches)\(form)
        """)
  }

  private var lead: String {
    guard review.significant > 0 || !review.checks.isEmpty else {
      return "Nobody is found to matter above others yet; margin and rates are needed to tell, or a rule for a segment."
    }
    let got =
      review.comparisons.first { $0.measure == .spending && $0.ratio != nil }
      ?? review.comparisons.first { $0.ratio != nil }
    let differs = got.flatMap { row in
      row.ratio.map {
        "The \(format.count(review.significant)) who matter get \(format.number($0, decimals: 1)) times as much of “\(row.measure.word)” as others."
      }
    }
    let kept =
      review.rules.isEmpty
      ? "No rule says yet what they are due."
      : "\(format.count(review.breaches.count)) of \(format.count(review.checks.count)) under a rule did not get what they are due."
    return [differs, kept].compactMap(\.self).joined(separator: " ")
  }

  private var chart: HTML {
    let known = review.comparisons.filter { $0.ratio != nil }.sorted { ($0.ratio ?? 0) > ($1.ratio ?? 0) }
    guard !known.isEmpty, let most = known.first else {
      return EmptyState(
        "Nothing to compare yet",
        reason: review.significant == 0
          ? "Somebody has to matter first: enter the gross margin and the rates of serving."
          : "Visits, calls, tickets or discounts have to be in the data: bring in a file of cost drivers.",
        icon: "scale",
        action: LinkButton("Enter assumptions", AssumptionRoutes.path, weight: .primary).html
      ).html
    }
    return Chart(
      id: "treatment",
      title: (most.ratio ?? 0) >= 1.2
        ? "\(most.measure.word): \(format.number(most.ratio ?? 0, decimals: 1)) times as much a head"
        : "Those who matter get no more than others",
      note:
        "What those who matter get for each unit that others get, a head, \(format.period(review.window)). 1 is no difference.",
      kind: .bars(
        Chart.Bars(
          labels: known.map(\.measure.word), series: [Chart.Series("Times as much as others", known.map(\.ratio))],
          unit: .ratio, title: "Times as much as others", isHorizontal: true)),
      format: format
    ).html
  }

  private func amount(_ value: Double?, _ measure: TreatmentMeasure) -> HTML {
    guard let value else { return "missing" }
    return switch measure {
    case .discount: "\(format.percent(value))"
    case .spending: "\(format.money(value, review.currency, decimals: 2))"
    default: "\(format.number(value, decimals: 2))"
    }
  }

  private var standing: HTML {
    let (amount, format) = (
      { @Sendable (value: Double?, measure: TreatmentMeasure) in self.amount(value, measure) }, format
    )
    return ListTable(
      "What each got a head: \(format.count(review.significant)) who matter, \(format.count(review.base - review.significant)) others",
      rows: review.comparisons.filter { $0.those != nil || $0.others != nil },
      columns: [
        .init("What", onCard: .title) { "\(words: $0.measure.word)" },
        .init("Who matter", isNumber: true, onCard: .fact) { amount($0.those, $0.measure) },
        .init("Others", isNumber: true, onCard: .fact) { amount($0.others, $0.measure) },
        .init("Times", isNumber: true, onCard: .fact) { row -> HTML in
          row.ratio.map { "\(format.number($0, decimals: 1))" } ?? ""
        },
      ], state: ListState(path: TreatmentRoutes.path),
      empty: EmptyState(
        "Nobody counts it", reason: "A file of visits, calls, tickets or deliveries tells what customers got.",
        icon: "upload", action: LinkButton("Import", "/imports/new").html)
    ).html
  }

  private var gaps: HTML {
    """
    <p class="vc-hint">Missing, so not held against any rule: \(Format.list(review.missing)). A review is a sales visit.</p>
    """
  }

  private func whom(_ rule: TreatmentRule) -> String {
    let segment = rule.segment.map { id in book.owner(of: id)?.part(id)?.segment.name ?? "a segment that is gone" }
    return [rule.kind?.word, segment.map { rule.kind == nil ? "Segment “\($0)”" : "in “\($0)”" }]
      .compactMap(\.self).joined(separator: " ")
  }

  private var rules: HTML {
    let viewer = visit.viewer
    let whom = { @Sendable (rule: TreatmentRule) in self.whom(rule) }
    let format = format
    return """
      <section><h2>The rules</h2>\(ListTable(
        "\(format.count(review.rules.count, "rule", "rules")) in force; of several for one customer the one that asks most holds",
        rows: review.rules,
        columns: [
          .init("For whom", onCard: .title) { "\(whom($0.rule.rule))" },
          .init("Who answers", onCard: .fact) { kept -> HTML in
            if let name = kept.rule.ownerName { return "\(name)" }
            return kept.rule.rule.needsOwner ? "each one's own owner" : ""
          },
          .init("First answer", isNumber: true, onCard: .fact) { kept -> HTML in
            kept.rule.rule.responseMinutes.map { "\(format.duration(seconds: Double($0) * 60))" } ?? ""
          },
          .init("Review every", isNumber: true, onCard: .fact) { kept -> HTML in
            kept.rule.rule.reviewDays.map { "\(format.count($0, "day", "days"))" } ?? ""
          },
          .init("Ceiling", isNumber: true, onCard: .fact, hint: "Of lifetime value") { kept -> HTML in
            kept.rule.rule.ceilingShare.map { "\(format.percent($0))" } ?? ""
          },
          .init("Customers", isNumber: true, onCard: .fact) { "\(format.count($0.customers))" },
          .init("Not kept", isNumber: true, onCard: .fact) { kept -> HTML in
            kept.breaches == 0 ? "\(Badge("kept", .good))" : "\(Badge(format.count(kept.breaches), .watch))"
          },
          .init("By") { "\($0.rule.by), \(viewer.time($0.rule.at))" },
          .init("", onCard: .fact) { kept -> HTML in
            PostButton(
              "Take back", action: "\(TreatmentRoutes.rules)/\(kept.rule.id)", csrf: viewer.csrf, method: .delete,
              weight: .quiet
            ).html
          },
        ], state: ListState(path: TreatmentRoutes.path),
        empty: EmptyState(
          "No rule yet", reason: "Say below who answers, how fast, how often, and what may be spent.", icon: "heart-handshake")))</section>
      """
  }

  private func reason(_ check: TreatmentCheck) -> HTML {
    let late = check.lateAnswers ?? 0
    var parts: [HTML] = []
    if check.lacksOwner { parts.append("nobody answers for it") }
    if late > 0 { parts.append("\(format.count(late, "answer", "answers")) late") }
    if check.isReviewOverdue, let due = check.reviewDue { parts.append("review was due \(format.day(due))") }
    if let over = check.overspent, over > 0 {
      parts.append("\(format.money(Money(minor: over, review.currency))) over its ceiling")
    }
    return HTML.joined(parts, separator: ", ")
  }

  private var breaches: HTML {
    guard !review.rules.isEmpty else { return HTML() }
    let (names, review, format) = (names, review, format)
    let reason = { @Sendable (check: TreatmentCheck) in self.reason(check) }
    let shown = Array(review.breaches.prefix(Self.size))
    return """
      <section id="breaches"><h2>Who did not get what is due</h2>\(ListTable(
        "\(format.count(shown.count)) of \(format.count(review.breaches.count)), the most valuable first", rows: shown,
        columns: [
          .init("Customer", onCard: .title) { check -> HTML in
            "<a href=\"/customers/\(check.customer)\">\(names[check.customer] ?? "Customer")</a>"
          },
          .init("Matters as", onCard: .fact) { check -> HTML in
            "\((review.kinds[check.customer] ?? []).map(\.word).joined(separator: ", "))"
          },
          .init("Segment") { "\(review.segments[$0.customer] ?? "")" },
          .init("Not kept", onCard: .fact) { reason($0) },
          .init("Net sales", isNumber: true, onCard: .fact) { check -> HTML in
            "\(format.money(Money(minor: review.sales[check.customer] ?? 0, review.currency)))"
          },
        ], state: ListState(path: TreatmentRoutes.path),
        empty: EmptyState("Everybody got what is due", reason: "As far as it is recorded.", icon: "check")))</section>
      """
  }

  private var form: HTML {
    let segments = book.standing.flatMap { one in
      one.parts.map { Field.Option("\($0.id)", "\(one.name): \($0.segment.name)") }
    }
    let people = users.map { Field.Option("\($0.id)", "\($0.name) answers for all of them") }
    return """
      <section class="vc-main-narrow" id="rule"><h2>A rule</h2>\(Form(
        action: TreatmentRoutes.rules, csrf: visit.viewer.csrf, submit: "Save the rule",
        fields: [
          Field(
            "kind", "Who matter as", .select([Field.Option("", "whatever")] + SignificanceKind.allCases.map { .init($0.rawValue, $0.word) }),
            value: SignificanceKind.highLifetimeValue.rawValue),
          Field("segment", "In the segment", .select([Field.Option("", "any")] + segments)),
          Field(
            "owner", "Who answers for them",
            .select([Field.Option("", "not asked for"), .init(TreatmentRoutes.ownOwner, "each customer's own owner")] + people)),
          Field("responseMinutes", "First answer within", .whole, unit: "minutes"),
          Field("reviewDays", "Review every", .whole, hint: "A sales visit counts as a review.", unit: "days"),
          Field(
            "ceilingShare", "Ceiling of spending", .number,
            hint: "Of lifetime value; visits, calls, contacts, coupons and customisation of a year count.", unit: "%"),
        ], values: visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
      """
  }
}
