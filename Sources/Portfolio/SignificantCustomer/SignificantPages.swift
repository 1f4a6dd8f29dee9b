import Customers
import Kernel
import Web

/// Who matters, in which of the four ways, on what evidence.
struct SignificantPage {
  static let size = 25

  let portfolio: Portfolio
  let kind: SignificanceKind?
  /// Everybody of that kind, or of all.
  let all: [SignificantCustomer]
  let shown: [SignificantCustomer]
  let skipped: Int
  let candidates: [SignificanceCandidate]
  let names: [ID<Customer>: String]
  let scenario: String?
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: kind.map { "Significant customers: \($0.word.lowercased())" } ?? "Significant customers",
      path: SignificantRoutes.path, viewer: visit.viewer, lead: HTML(words: kind?.meaning ?? lead),
      actions: """
        \(LinkButton("Enter an observation", "/observations/new", icon: "eye")) \
        \(LinkButton("Export", "/portfolio/assignments.csv", icon: "download", isDownload: true))
        """,
      body: "\(tabs)\(missing)\(picture)\(table)\(candidateTable)")
  }

  private var lead: String {
    guard let share = portfolio.significant.share, share > 0 else {
      return "Nobody is found to matter above others yet; margin and rates are needed to tell."
    }
    let count = portfolio.significant.kinds.count
    return """
      \(format.count(count, "customer matters", "customers matter")) above others, \(format.percent(share)) of the base; \
      the literature's “about 20 %” is a check, not a target.
      """
  }

  private var parameters: [(String, String)] { [("kind", kind?.rawValue ?? ""), ("scenario", scenario ?? "")] }

  private var tabs: Tabs {
    let counts = portfolio.significant.counts
    return Tabs(
      "In which way they matter",
      [
        .init(
          "All", path: Address.path(SignificantRoutes.path, [("scenario", scenario ?? "")]), isCurrent: kind == nil,
          note: format.count(portfolio.significant.kinds.count))
      ]
        + SignificanceKind.allCases.map { one in
          .init(
            one.word,
            path: Address.path(SignificantRoutes.path, [("kind", one.rawValue), ("scenario", scenario ?? "")]),
            isCurrent: one == kind, note: format.count(counts[one] ?? 0))
        })
  }

  /// What a detector would need, where it finds nobody.
  private var missing: HTML {
    guard let kind, portfolio.significant.counts[kind] == nil, let need = kind.need(in: portfolio) else {
      return HTML()
    }
    return """
      <div class="alert alert-info" role="status">\(words: need.words) \
      \(LinkButton(need.action, need.path, weight: .primary))</div>
      """
  }

  private var picture: HTML {
    guard kind != nil else { return kinds.html }
    let leading = all.prefix(15)
    guard let signal = leading.first?.evidence.first?.signal else { return HTML() }
    let best = leading.sorted { ($0.value(of: signal) ?? 0) > ($1.value(of: signal) ?? 0) }
    let scale = signal.unit(portfolio.currency).isMoney ? Double(portfolio.currency.minorPerMajor) : 1
    return Chart(
      id: "best",
      title: "\(names[best.first?.customer ?? ID(0)] ?? "One customer") leads by \(signal.word)",
      note:
        "The best by score, \(format.count(best.count)) of \(format.count(all.count)); the other signals stand below.",
      kind: .bars(
        Chart.Bars(
          labels: best.map { names[$0.customer] ?? "Customer" },
          series: [
            Chart.Series(
              signal.word.capitalisedFirst,
              best.map { $0.value(of: signal).map { $0 / scale } })
          ],
          unit: signal.unit(portfolio.currency), title: signal.word, isHorizontal: true)),
      format: format
    ).html
  }

  private var kinds: Chart {
    let counts = portfolio.significant.counts
    return Chart(
      id: "kinds", title: "In which way they matter",
      note: "A customer can matter in several ways. Proposed by the detectors, confirmed or rejected by a person.",
      kind: .bars(
        Chart.Bars(
          labels: SignificanceKind.allCases.map(\.word),
          series: [Chart.Series("Customers", SignificanceKind.allCases.map { Double(counts[$0] ?? 0) })],
          unit: .count, title: "Customers", isHorizontal: true)),
      format: format)
  }

  private func evidence(_ all: [SignificanceEvidence]) -> HTML {
    let (format, currency) = (format, portfolio.currency)
    return all.html { "<div>\(words: $0.signal.word): \($0.shown(format, currency)) \(EvidenceMark($0.grade))</div>" }
  }

  private var table: HTML {
    let (names, format, csrf, back) = (names, format, visit.viewer.csrf, kind?.rawValue ?? "")
    let mayJudge = visit.actor.may(.edit, .analysis)
    @Sendable func button(_ row: SignificantCustomer, _ answer: SignificanceVerdict.Answer, _ label: String) -> HTML {
      PostButton(
        label, action: "/portfolio/significant/verdicts", csrf: csrf, weight: .quiet,
        fields: [
          ("customer", "\(row.customer)"), ("kind", row.kind.rawValue), ("answer", answer.rawValue), ("back", back),
        ]
      ).html
    }
    let shownEvidence = Dictionary(
      shown.map { ("\($0.customer) \($0.kind)", evidence($0.evidence)) }, uniquingKeysWith: { first, _ in first })
    let last = skipped + shown.count
    return """
      <section><h2>Who they are</h2>\(ListTable(
        "\(format.count(shown.count)) of \(format.count(all.count)), by kind and score", rows: shown,
        columns: [
          .init("Customer", onCard: .title) { row -> HTML in
            "<a href=\"\(url: AssignmentRoutes.page(of: row.customer))\">\(names[row.customer] ?? "Customer")</a>"
          },
          .init("Matters as", onCard: .fact) { "\(words: $0.kind.word)" },
          .init("Score", isNumber: true, onCard: .fact) { "\(format.number($0.score, decimals: 2))" },
          .init("Evidence", onCard: .fact) { shownEvidence["\($0.customer) \($0.kind)"] ?? HTML() },
          .init("Stands as", onCard: .fact) { "\($0.status.rawValue)" },
          .init("Your word", onCard: .fact) { row -> HTML in
            guard mayJudge else { return HTML() }
            let confirm = row.status == .confirmed ? HTML() : button(row, .confirmed, "Confirm")
            let reject = row.status == .rejected ? HTML() : button(row, .rejected, "Reject")
            return "\(confirm)\(reject)"
          },
        ],
        state: ListState(
          path: SignificantRoutes.path, parameters: parameters, next: last < all.count ? "\(last)" : nil),
        empty: EmptyState(
          "Nobody yet", reason: "Enter the gross margin and the rates of serving; lifetime value then tells.",
          icon: "star", action: LinkButton("Enter assumptions", AssumptionRoutes.path, weight: .primary).html)))</section>
      """
  }

  private var candidateTable: HTML {
    let count = portfolio.significant.candidates.count { kind == nil || $0.kind == kind }
    guard count > 0 else { return HTML() }
    let names = names
    let shownEvidence = Dictionary(
      candidates.map { ("\($0.customer) \($0.kind)", evidence($0.evidence)) }, uniquingKeysWith: { first, _ in first })
    return """
      <section><h2>One more fact would tell</h2>\(ListTable(
        "\(format.count(candidates.count)) of \(format.count(count)) who may matter", rows: candidates,
        columns: [
          .init("Customer", onCard: .title) { row -> HTML in
            "<a href=\"\(url: AssignmentRoutes.page(of: row.customer))\">\(names[row.customer] ?? "Customer")</a>"
          },
          .init("May matter as", onCard: .fact) { "\(words: $0.kind.word)" },
          .init("Missing", onCard: .fact) { "\(words: $0.missing.word)" },
          .init("What is known", onCard: .fact) { shownEvidence["\($0.customer) \($0.kind)"] ?? HTML() },
          .init("") { row -> HTML in
            LinkButton(
              "Enter it", Address.path("/observations/new", [("customer", "\(row.customer)")]), weight: .quiet
            ).html
          },
        ], state: ListState(path: SignificantRoutes.path), empty: EmptyState("Nobody", reason: "")))</section>
      """
  }
}

extension SignificantCustomer {
  fileprivate func value(of signal: SignificanceEvidence.Signal) -> Double? {
    evidence.first { $0.signal == signal }?.value
  }
}

extension SignificanceEvidence {
  /// The value as people read it.
  func shown(_ format: Format, _ currency: Currency) -> String {
    let unit = signal.unit(currency)
    return format.amount(unit.isMoney ? value / Double(currency.minorPerMajor) : value, unit)
  }
}

extension SignificanceEvidence.Signal {
  func unit(_ currency: Currency) -> Figure.Unit {
    switch self {
    case .lifetimeValue, .contribution, .benefit: .money(currency)
    case .equityShare, .absorbedShare, .capacityShare: .share
    case .references, .implementedChanges, .acceptedIdeas, .turnedNegative: .count
    case .followOnLift, .pageRank, .prestige, .absorptionRatio: .ratio
    }
  }
}

extension Figure.Unit {
  fileprivate var isMoney: Bool { if case .money = self { true } else { false } }
}

extension String {
  fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension SignificanceKind {
  /// Why somebody of this kind matters.
  var meaning: String {
    switch self {
    case .highLifetimeValue: "Few customers are expected to bring half of all that is to come."
    case .benchmark: "Others buy what they buy: they are named, followed, asked, and bring newcomers who matter."
    case .inspiration: "They moved us to change something that pays, or gave ideas that were taken up."
    case .costMagnet: "They carry more of the fixed cost than the time they take; without them others would not pay."
    }
  }

  /// What the detector would need; nil where it has what it needs.
  func need(in portfolio: Portfolio) -> (words: String, action: String, path: String)? {
    let seen = Set(portfolio.seen.observations.map(\.kind))
    switch self {
    case .highLifetimeValue:
      return portfolio.equity?.hasValue == true && portfolio.equity?.margins != nil
        ? nil : ("A margin is needed to tell lifetime value.", "Enter the margin", AssumptionRoutes.path)
    case .benchmark:
      return seen.isDisjoint(with: [.reference, .referral, .prestige])
        ? ("Nobody has written down references, referrals or prestige.", "Import observations", Self.importing) : nil
    case .inspiration:
      return seen.isDisjoint(with: [.change, .idea])
        ? ("Nobody has written down ideas or what changed because of them.", "Import observations", Self.importing)
        : nil
    case .costMagnet:
      return portfolio.contribution.costing.rows.contains { $0.contribution != nil && $0.minutes != nil }
        ? nil
        : (
          "Contribution after serving, and minutes of visits, calls or tickets, are needed.", "Enter the rates",
          AssumptionRoutes.path
        )
    }
  }

  private static let importing = "/imports/new?subject=observations"
}
