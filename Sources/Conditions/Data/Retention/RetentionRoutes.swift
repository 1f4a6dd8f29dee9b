import Kernel
import Web

/// How long what is kept: the clocks, what would go, and setting them.
package struct RetentionRoutes: Sendable {
  let retentions: Retentions

  package init(_ retentions: Retentions) { self.retentions = retentions }

  package var routes: [Route] {
    [
      Route(
        .get, "/retention", .may(.see, .privacy), "How long each class of data is kept, and what would go now.",
        answer: .of([String: [Retention]].self)
      ) { visit in
        let all = try await retentions.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { RetentionPage(rows: all, visit: visit).html }
      },
      Route(
        .put, "/retention/{id}", .may(.edit, .privacy), "Sets the clock of a class.", answer: .of(Retention.self),
        inputs: [.init("days", "Days it is kept; empty keeps it for ever", .integer)], action: set),
    ]
  }

  @Sendable private func set(_ visit: Visit) async throws -> Answer {
    guard let one = RetentionClass(rawValue: visit.parameters["id"] ?? "") else {
      throw Problem(.notFound, "There is no such class of data.")
    }
    do {
      let days = try visit.fields.integer("days", in: 1...36_500).map { Int($0) }
      try await retentions.set(one, days: days, by: visit.actor)
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      let all = try await retentions.all(for: visit.actor)
      return .page(
        RetentionPage(rows: all, visit: visit, problem: (one, problem)).html, status: problem.kind.status)
    }
    let all = try await retentions.all(for: visit.actor)
    return .changed(
      visit, to: "/retention", json: all.first { $0.retention == one }, flash: Flash(.good, "The clock is set."))
  }
}

/// The clocks, each with what it would let go.
struct RetentionPage {
  let rows: [Retention]
  let visit: Visit
  var problem: (RetentionClass, Problem)?

  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    Shell.page(
      title: "Retention", path: "/retention", viewer: viewer,
      lead: "What goes by itself once a day, and what would go if a clock ran.", body: "\(refusal)\(table.html)")
  }

  private var refusal: HTML {
    guard let (one, problem) = problem else { return HTML() }
    return """
      <div class="alert alert-danger" role="alert">\(words: one.title): \(words: problem.message) \(words: problem.mend)</div>
      """
  }

  private var table: ListTable<Retention> {
    ListTable(
      "\(viewer.format.count(rows.count, "clock", "clocks"))", rows: rows,
      columns: [
        .init("What", onCard: .title) { "\(words: $0.title)" },
        .init("What happens to it", onCard: .fact) { "\(words: $0.effect)" },
        .init("Would go now", onCard: .fact) { due($0) },
        .init("Last time", onCard: .fact) { row in
          row.lastAt.map { "\(viewer.format.count(row.lastRows ?? 0, "row", "rows")) \(viewer.time($0))" } ?? "never"
        },
        .init("Kept for", onCard: .fact) { row in
          visit.actor.may(.edit, .privacy) ? form(row) : "\(row.days.map { "\($0) days" } ?? "ever")"
        },
      ],
      state: ListState(path: "/retention"), empty: EmptyState("No clocks", reason: ""))
  }

  private func due(_ row: Retention) -> HTML {
    let count = viewer.format.count(row.due, "row", "rows")
    guard row.days == nil else { return row.due == 0 ? "nothing" : "\(count), at the next run" }
    return "\(count), if it were kept for \(viewer.format.count(row.suggestedDays)) days"
  }

  private func form(_ row: Retention) -> HTML {
    let id = "days-\(row.retention.rawValue)"
    let typed = problem?.0 == row.retention ? visit.fields["days"] : nil
    return """
      <form class="vc-find" method="post" action="\(url: "/retention/\(row.retention.rawValue)")">\
      \(Form.hidden(csrf: viewer.csrf, method: .put))<label class="visually-hidden" for="\(id)">Days \(words: row.title) are kept\
      </label><div class="input-group"><input class="form-control" id="\(id)" name="days" inputmode="numeric" \
      value="\(typed ?? row.days.map { "\($0)" } ?? "")" placeholder="ever" size="4"><span class="input-group-text">days</span>\
      </div><button class="btn" type="submit">Set</button></form>
      """
  }
}
