import Kernel
import Records
import Web

/// The rules of the company: what each does, and whether it did.
struct RuleListPage {
  let rules: [Rule]
  let activity: [ID<Rule>: (count: Int, last: Instant)]
  let sheet: RuleSheet
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    let mayAdd = visit.actor.may(.create, .rule)
    let add = LinkButton("New rule", "/rules/new", weight: .primary, icon: "plus").html
    return Shell.page(
      title: "Rules", path: RuleRoutes.path, viewer: viewer,
      lead: "What the house does by itself when a record is added, changes, or its day comes.",
      actions: mayAdd ? add : HTML(),
      body: ListTable(
        "\(viewer.format.count(rules.count, "rule", "rules"))", rows: rules,
        columns: [
          .init("Name", onCard: .title) { "<a href=\"\(url: "/rules/\($0.id)")\">\($0.name)</a>" },
          .init("What it does", onCard: .fact) { "\(sheet.sentence($0, viewer.format))" },
          .init("Last 30 days", isNumber: true, onCard: .fact) { rule in
            "\(viewer.format.count(activity[rule.id]?.count ?? 0))"
          },
          .init("Ran last", onCard: .fact) { rule in activity[rule.id].map { viewer.time($0.last) } ?? "not yet" },
          .init("State", onCard: .fact) { RuleWords.state($0) },
        ],
        state: ListState(path: RuleRoutes.path),
        empty: EmptyState(
          "No rules yet",
          reason:
            "For instance: when a customer is added, give its owner the task to call within three days. Or: ninety days after the last order, mark the customer and tell its owner.",
          icon: "bolt", action: mayAdd ? LinkButton("Make the first one", "/rules/new", weight: .primary).html : HTML())
      ).html)
  }
}

/// One rule: its sentence, how often it ran, and every record it ran for.
struct RulePage {
  let rule: Rule
  let runs: Page<Rules.Shown>
  let days: [Rules.DayCount]
  let state: RuleRun.State?
  let sheet: RuleSheet
  let visit: Visit

  private var path: String { "/rules/\(rule.id)" }
  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    Shell.page(
      title: rule.name, path: RuleRoutes.path, viewer: viewer, crumbs: [Crumb("Rules", RuleRoutes.path)],
      lead: "\(sheet.sentence(rule, viewer.format)) It acts with the rights of \(rule.by).",
      actions: actions, body: "\(pauseBox)\(chart)\(log)\(removal)")
  }

  private var actions: HTML {
    guard visit.actor.may(.edit, .rule) else { return HTML() }
    let pause =
      rule.isActive
      ? PostButton("Pause", action: "\(path)/pause", csrf: viewer.csrf, icon: "player-pause")
      : PostButton(
        "Go on", action: "\(path)/pause", csrf: viewer.csrf, method: .delete, weight: .primary, icon: "player-play")
    let isMine = rule.user == visit.actor.user
    return """
      \(pause)\(when: isMine, LinkButton("Try it", "\(path)/trial", icon: "test-pipe").html)\
      \(when: isMine, LinkButton("Change", "\(path)/edit", icon: "pencil").html)
      """
  }

  private var pauseBox: HTML {
    guard let pause = rule.pause else { return HTML() }
    return """
      <section class="card mb-3" role="status"><div class="card-body"><h2>Paused</h2>
      <p>\(pause.reason) By \(pause.by), \(viewer.time(pause.at)). What happens meanwhile is not made up for.</p>\
      </div></section>
      """
  }

  private var chart: HTML {
    let done = days.map(\.done).reduce(0, +)
    let refused = days.map(\.refused).reduce(0, +)
    guard done + refused > 0 else { return HTML() }
    let format = viewer.format
    return Chart(
      id: "rule-days",
      title: "Ran \(format.count(done, "time", "times")) in 30 days"
        + (refused == 0 ? "" : ", \(format.count(refused)) refused or stopped"),
      kind: .bars(
        Chart.Bars(
          labels: days.map { format.day($0.day, today: viewer.today) },
          series: [Chart.Series("Done", days.map { Double($0.done) })]
            + (refused == 0 ? [] : [Chart.Series("Refused or stopped", days.map { Double($0.refused) })]), unit: .count,
          title: "Records", isStacked: true)),
      format: format
    ).html
  }

  private var log: HTML {
    let catalogue = sheet.catalogue(rule.noun)
    return ListTable(
      "\(state.map { "\(words: $0.word): the" } ?? "The") newest \(viewer.format.count(runs.rows.count, "run", "runs"))",
      rows: runs.rows,
      columns: [
        .init(catalogue?.word.capitalized ?? "Record", onCard: .title) { row in
          guard let title = row.title, let catalogue else { return "number \(row.run.record)" }
          return "<a href=\"\(url: "\(catalogue.path)/\(row.run.record)")\">\(title)</a>"
        },
        .init("When", onCard: .fact) { viewer.time($0.run.at) },
        .init("State", onCard: .fact) { RuleWords.state($0.run) },
        .init("Why", onCard: .fact) { "\($0.run.problem)" },
        .init("Version", isNumber: true) { "\($0.run.version)" },
      ],
      state: ListState(
        path: path, parameters: state.map { [("state", $0.rawValue)] } ?? [], next: runs.next,
        chips: state.map { [.init($0.word, without: path)] } ?? []),
      empty: EmptyState(
        "It did not run yet",
        reason: "It looks at what happens from when it was made. An import wakes it only when that says so.",
        icon: "bolt"),
      filters: filter
    ).html
  }

  private var filter: HTML {
    Form(
      action: path, method: .get, csrf: "", submit: "Show",
      fields: [
        Field(
          "state", "State", .select([.init("", "All")] + RuleRun.State.allCases.map { .init($0.rawValue, $0.word) }),
          value: state?.rawValue ?? "")
      ]
    ).html
  }

  private var removal: HTML {
    guard visit.actor.may(.delete, .rule) else { return HTML() }
    return """
      <section class="mt-4"><h2>Remove it</h2><p class="vc-lead">What it did stays; its log goes.</p>\
      <div class="vc-actions mt-3">\(PostButton(
        "Remove this rule", action: path, csrf: viewer.csrf, method: .delete, weight: .danger))</div></section>
      """
  }
}

/// What a rule would have done over the last month.
struct RuleTrialPart {
  let trial: RuleTrial
  let draft: Rule.Draft
  let sheet: RuleSheet
  let viewer: Viewer

  private var refused: Int { trial.rows.filter { $0.refusal != nil }.count }

  private var sentence: String {
    let count = viewer.format.count(trial.count, "time", "times")
    return trial.count == 0 ? "It would not have run" : "It would have run \(trial.isCut ? "at least " : "")\(count)"
  }

  var html: HTML {
    let words = sheet.words(draft.noun, viewer.format)
    let catalogue = sheet.catalogue(draft.noun)
    return """
      <section class="mb-4" id="trial" role="status"><h2>\(words: sentence) in the last \(RuleTrial.days) days</h2>\
      <p class="vc-lead mb-3">\(words?.sentence(draft) ?? draft.name) Conditions are asked of the records as they are now.\
      \(when: !trial.rows.isEmpty, " The acts were carried out for the newest and taken back.")\
      \(when: refused > 0, " \(viewer.format.count(refused)) would be refused.")</p>\
      \(when: !trial.rows.isEmpty, ListTable(
        "The newest \(viewer.format.count(trial.rows.count, "record", "records"))", rows: trial.rows,
        columns: [
          .init(catalogue?.word.capitalized ?? "Record", onCard: .title) { row in
            guard let title = row.title, let catalogue else { return "number \(row.record)" }
            return "<a href=\"\(url: "\(catalogue.path)/\(row.record)")\">\(title)</a>"
          },
          .init("When", onCard: .fact) { row in row.at.map { viewer.time($0) } ?? row.day.map { viewer.time($0) } ?? HTML() },
          .init("What would happen", onCard: .fact) { row in
            if let refusal = row.refusal { return "\(Badge("Refused", .bad)) \(refusal)" }
            guard row.isTried else { return "not tried out" }
            return row.effects.html { "<div>\(words: $0.words)</div>" }
          },
        ], state: ListState(path: RuleRoutes.path),
        empty: EmptyState("Nothing", reason: "Nothing would have woken it.", icon: "bolt")).html)</section>
      """
  }
}
