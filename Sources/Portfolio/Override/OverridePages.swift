import Customers
import Kernel
import Web

/// What people said of a customer's strategy, and the forms to say it.
struct WordsOnStrategy {
  let page: CustomerStandingPage

  private var standing: CustomerStanding { page.standing }
  private var viewer: Viewer { page.visit.viewer }
  private var mayDecide: Bool { page.visit.actor.may(.edit, .analysis) }
  private var problems: [Problem] { page.problem.map { [$0] } ?? [] }
  private var isAnswering: Bool { page.visit.fields["answer"] != nil }

  /// The proposal to end the customer, while it waits or once it was answered.
  var ending: HTML {
    guard let state = standing.assignment.ending else { return HTML() }
    let proposer = standing.override?.by ?? "The rules"
    switch state {
    case .waiting:
      return """
        <section class="vc-card" id="ending"><h2 class="vc-card-title">Ending waits for a person</h2>\
        <p>\(proposer) would end this customer. It counts only once somebody approves it.</p>\
        \(when: mayDecide, endingForm)</section>
        """
    case .approved, .rejected:
      guard let verdict = standing.verdict else { return HTML() }
      let words = state == .approved ? "approved ending this customer" : "refused to end this customer"
      let back = PostButton(
        "Take it back", action: "/portfolio/endings/\(verdict.id)", csrf: viewer.csrf, method: .delete, weight: .quiet)
      return """
        <section class="vc-card" id="ending"><h2 class="vc-card-title">Ending was \(state.rawValue)</h2>\
        <p>\(verdict.by) \(words: words) \(viewer.time(verdict.at)): “\(verdict.reason)”</p>\(when: mayDecide, back.html)</section>
        """
    }
  }

  private static let holds =
    "I looked for a contract, a legal duty, a risk to the network or a vulnerable person, and nothing forbids ending."

  private var endingForm: HTML {
    Form(
      action: "/portfolio/endings", csrf: viewer.csrf, submit: "Answer",
      fields: [
        Field("customer", "", .hidden, value: "\(standing.customer.id)"),
        Field(
          "answer", "Your answer", .radio([.init("approved", "End it"), .init("rejected", "Keep it")]),
          isRequired: true),
        Field("reason", "Why", .text, isRequired: true),
        Field("checkedHolds", Self.holds, .checkbox),
      ], values: isAnswering ? page.visit.fields.dictionary : [:], problems: isAnswering ? problems : []
    ).html
  }

  var html: HTML {
    """
    <div class="row row-cards" id="override">\
    \(when: mayDecide, "<div class=\"col-lg-6\"><section class=\"vc-card\">\(form)</section></div>")\
    <div class="col-lg-6"><section class="vc-card">\(history)</section></div></div>
    """
  }

  private var form: HTML {
    let options = CoreStrategy.allCases.map { Field.Option($0.rawValue, $0.word) }
    return """
      <h2 class="vc-card-title">\(words: standing.override == nil ? "Overrule the rules" : "Set another strategy")</h2>\
      \(Form(
        action: "/portfolio/overrides", csrf: viewer.csrf, submit: "Set it",
        fields: [
          Field("customer", "", .hidden, value: "\(standing.customer.id)"),
          Field(
            "strategy", "Strategy", .select([.init("", "Choose")] + options),
            hint: "What the rules say stays visible beside it.", isRequired: true),
          Field("reason", "Why", .text, isRequired: true),
          Field("checkedHolds", Self.holds, .checkbox, hint: "Needed only for ending."),
        ], values: isAnswering ? [:] : page.visit.fields.dictionary, problems: isAnswering ? [] : problems))
      """
  }

  private var history: HTML {
    let held = standing.override?.id
    let overrides = standing.overrides.flatMap { override -> [(Instant, Timeline.Event)] in
      let back = PostButton(
        "Take it back", action: "/portfolio/overrides/\(override.id)", csrf: viewer.csrf, method: .delete,
        weight: .quiet)
      let rules = override.ruled.map { "instead of \($0.word.lowercased())" } ?? "where the rules could not tell"
      let set = Timeline.Event(
        "\(override.by) set <strong>\(words: override.strategy.word)</strong>, \(words: rules)",
        text: "“\(override.reason)”\(when: override.id == held && mayDecide, back.html)",
        time: viewer.time(override.at), icon: "user-edit", tone: override.id == held ? .note : .neutral)
      let taken = override.withdrawal.map { gone in
        (gone.at, Timeline.Event("\(gone.by) took that back", time: viewer.time(gone.at), icon: "arrow-back-up"))
      }
      return [(override.at, set)] + (taken.map { [$0] } ?? [])
    }
    let endings = standing.endings.flatMap { verdict -> [(Instant, Timeline.Event)] in
      let said = Timeline.Event(
        "\(verdict.by) \(verdict.answer == .approved ? "approved" : "refused") ending", text: "“\(verdict.reason)”",
        time: viewer.time(verdict.at), icon: "gavel")
      let taken = verdict.withdrawal.map { gone in
        (gone.at, Timeline.Event("\(gone.by) took that answer back", time: viewer.time(gone.at), icon: "arrow-back-up"))
      }
      return [(verdict.at, said)] + (taken.map { [$0] } ?? [])
    }
    let events = (overrides + endings).enumerated()
      .sorted { ($1.element.0, $0.offset) < ($0.element.0, $1.offset) }.map(\.element.1)
    return """
      <h2 class="vc-card-title">What people said</h2>\(Timeline(
        events, empty: EmptyState("Nobody overruled the rules", reason: "The rules' strategy holds.", icon: "route")))
      """
  }
}

/// Every strategy that people set, with what the rules say.
struct OverrideListPage {
  let overrides: [Override]
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    let held = Set(Override.inForce(overrides).values.map(\.id))
    return Shell.page(
      title: "Overrides", path: OverrideRoutes.path, viewer: viewer,
      crumbs: [Crumb("Strategies", PortfolioRoutes.path)],
      lead: "Where a person set another strategy than the rules. Both stay visible, and each can be taken back.",
      body: ListTable(
        "\(viewer.format.count(held.count)) in force, \(viewer.format.count(overrides.count)) ever set; the newest first",
        rows: overrides,
        columns: [
          .init("Customer", onCard: .title) {
            "<a href=\"\(url: AssignmentRoutes.page(of: $0.customer))\">\($0.name)</a>"
          },
          .init("A person said", onCard: .fact) { "\(words: $0.strategy.word)" },
          .init("The rules said", onCard: .fact) { "\($0.ruled?.word ?? "could not tell")" },
          .init("Why") { "\($0.reason)" }, .init("Who") { "\($0.by)" }, .init("When") { viewer.time($0.at) },
          .init("Stands", onCard: .fact) { override -> HTML in
            if held.contains(override.id) { return Badge("in force", .good).html }
            return override.withdrawal.map { "taken back by \($0.by)" } ?? "replaced"
          },
        ], state: ListState(path: OverrideRoutes.path),
        empty: EmptyState(
          "Nobody overruled the rules", reason: "Open a customer in the portfolio to set another strategy.",
          icon: "user-edit", action: LinkButton("Assignments", AssignmentRoutes.path, weight: .primary).html)
      ).html)
  }
}
