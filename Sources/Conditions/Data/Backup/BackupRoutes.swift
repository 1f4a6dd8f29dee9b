import Kernel
import Store
import Web

/// Backups: the list and how the company is kept, making one, drilling one, the plan.
package struct BackupRoutes: Sendable {
  let backups: Backups

  package init(_ backups: Backups) { self.backups = backups }

  package var routes: [Route] {
    [
      Route(
        .get, "/backups", .may(.see, .backup), "The backups, their plan, and whether the company is kept well.",
        answer: .of(BackupList.self),
        inputs: [.init("removed", "1 lists those that were removed as well", .flag)], action: list),
      Route(
        .get, "/backups/plan", .may(.see, .backup), "When backups are made and how long they are kept.",
        answer: .of(BackupPlan.self)
      ) { visit in
        guard visit.face == .json else { return .redirect(to: "/backups") }
        let plan = try await backups.plan()
        return Answer.json(plan).tagged(plan.version)
      },
      Route(
        .put, "/backups/plan", .may(.edit, .backup), "Changes the plan.", answer: .of(BackupPlan.self),
        inputs: BackupRoutes.planInputs,
        action: setPlan),
      Route(
        .post, "/backups", .may(.create, .backup), "Makes a backup in the background, then drills it.",
        answer: .of([String: Int64].self, or: [String: String].self, 201, 202),
        inputs: [.init("file", "A file of the machine to write at once; only over the operator's socket")],
        action: create),
      Route(
        .get, "/backups/{id}", .may(.see, .backup), "One backup and its newest drill.", answer: .of(Backup.self)
      ) { visit in
        guard visit.face == .json else { return .redirect(to: "/backups") }
        return .json(try await backups.find(visit.id(), for: visit.actor))
      },
      Route(
        .post, "/backups/{id}/drill", .may(.create, .backup), "Brings a backup back in a scratch place to prove it.",
        answer: .of([String: ID<Job>].self, 202)
      ) { visit in
        let job = try await backups.queueDrill(visit.id(), by: visit.actor)
        return .changed(visit, to: "/jobs/\(job)", status: 202, json: ["job": job])
      },
      Route(
        .post, "/backups/drills", .may(.create, .backup), "Drills a file of the machine, over the operator's socket.",
        answer: .of(BackupDrill.Report.self),
        inputs: [.init("file", "The backup", required: true)]
      ) { visit in
        try requireOperator(visit, "valuechain backup verify FILE")
        return .json(try await backups.drill(file: try visit.fields.required("file")))
      },
    ]
  }

  private static let planInputs: [Route.Input] = [
    .init("isOn", "Whether the plan is followed", .flag), .init("hour", "The hour of the day, 0 to 23", .integer),
    .init("keepDays", "Days of which the newest backup is kept", .integer), .init("keepWeeks", "Weeks", .integer),
    .init("keepMonths", "Months", .integer),
    .init("folder", "Where backups go; only over the operator's socket"),
    .init("version", "The version it was read at", .integer),
  ]

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let standing = try await backups.standing(for: visit.actor)
    let rows = try await backups.all(withRemoved: visit.query["removed"] == "1", for: visit.actor)
    return .both(visit, json: BackupList(standing: standing, rows: rows)) {
      BackupPage(standing: standing, rows: rows, visit: visit).html
    }
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    if let file = visit.fields["file"] {
      // Only the socket in the data folder has no user: a path of the machine is not for the web.
      try requireOperator(visit, "valuechain backup make FILE")
      try await backups.take(to: file, by: visit.actor)
      return .json(["file": file], status: 201)
    }
    let queued = try await backups.queue(by: visit.actor, once: try visit.once())
    return .changed(
      visit, to: "/jobs/\(queued.job)", status: 202,
      json: ["backup": queued.backup.rawValue, "job": queued.job.rawValue])
  }

  private func requireOperator(_ visit: Visit, _ command: String) throws {
    guard visit.actor.user == nil else {
      throw Problem(.notAllowed, field: "file", "Files are named on the machine itself.", mend: "Run: \(command)")
    }
  }

  @Sendable private func setPlan(_ visit: Visit) async throws -> Answer {
    do {
      var plan = try await backups.plan()
      let fields = visit.fields
      if let isOn = fields["isOn"] { plan.isOn = ["1", "true"].contains(isOn) }
      plan.hour = try fields.whole("hour") ?? plan.hour
      plan.keepDays = try fields.whole("keepDays") ?? plan.keepDays
      plan.keepWeeks = try fields.whole("keepWeeks") ?? plan.keepWeeks
      plan.keepMonths = try fields.whole("keepMonths") ?? plan.keepMonths
      if let folder = fields["folder"] { plan.folder = folder.isEmpty ? nil : folder }
      let version = try visit.ifMatch ?? fields.integer("version", in: 0...Int64.max)
      let kept = try await backups.setPlan(plan, version: version, by: visit.actor)
      return .changed(visit, to: "/backups", json: kept, flash: Flash(.good, "The plan is kept.")).tagged(kept.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let standing = try await backups.standing(for: visit.actor)
      let rows = try await backups.all(for: visit.actor)
      return .page(
        BackupPage(standing: standing, rows: rows, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }
}

/// The backups as programs get them.
struct BackupList: Encodable, Sendable {
  let standing: BackupStanding
  let rows: [Backup]
}

extension Fields {
  /// A small whole number; nil when the field is empty or missing.
  fileprivate func whole(_ name: String) throws -> Int? { try integer(name, in: 0...1_000).map { Int($0) } }
}
