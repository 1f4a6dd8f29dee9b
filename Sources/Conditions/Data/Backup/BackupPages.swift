import Kernel
import Web

/// How the company is kept: what was backed up and proved, what comes next, and what somebody has to see to.
struct BackupPage {
  let standing: BackupStanding
  let rows: [Backup]
  let visit: Visit
  var problem: Problem?

  private var viewer: Viewer { visit.viewer }
  private var mayMake: Bool { visit.actor.may(.create, .backup) }

  var html: HTML {
    Shell.page(
      title: "Keeping", path: "/backups", viewer: viewer, lead: lead,
      actions: mayMake
        ? PostButton("Back up now", action: "/backups", csrf: viewer.csrf, weight: .primary, icon: "device-floppy").html
        : HTML(),
      body: "\(warnings)\(facts)\(list.html)\(plan)")
  }

  private var lead: HTML {
    guard let last = standing.last else { return "Nothing is backed up yet." }
    let proof: HTML =
      switch last.drill {
      case .some(let drill) where drill.isGood: "and was brought back whole in a drill \(viewer.time(drill.at))"
      case .some: "but could not be brought back"
      case .none: "and no drill has proved it yet"
      }
    return "The newest backup was made \(viewer.time(last.startedAt)) \(proof)."
  }

  private var warnings: HTML {
    standing.warnings.html { warning in
      let tone: Tone = warning.isSerious ? .bad : .watch
      return """
        <div class="alert alert-\(warning.isSerious ? "danger" : "warning")" role="\(warning.isSerious ? "alert" : "status")">\
        \(Icon(tone.icon)) <span>\(words: warning.words) \(words: warning.mend)</span></div>
        """
    }
  }

  private var facts: HTML {
    let next: HTML = standing.nextAt.map { "\(viewer.format.moment($0))" } ?? "the plan is off"
    return """
      <section class="vc-card"><h2>How it stands</h2><dl class="vc-facts">\
      <div><dt>Newest backup</dt><dd>\(standing.last.map { viewer.time($0.startedAt) } ?? "none")</dd></div>\
      <div><dt>Its drill</dt><dd>\(standing.last.map { BackupMark($0).html } ?? "none")</dd></div>\
      <div><dt>Next backup</dt><dd>\(next)</dd></div>\
      <div><dt>The store</dt><dd>\(Bytes.words(standing.storeBytes, viewer.format))</dd></div>\
      <div><dt>Room on the disk</dt><dd>\(standing.freeBytes.map { Bytes.words($0, viewer.format) } ?? "not known")</dd></div>\
      <div><dt>They lie in</dt><dd>\(standing.folder)</dd></div></dl></section>
      """
  }

  private var list: ListTable<Backup> {
    ListTable(
      "\(viewer.format.count(rows.count, "backup", "backups")), the newest first", rows: rows,
      columns: [
        .init("Made", onCard: .title) { viewer.time($0.startedAt) },
        .init("File") { "\($0.name)" },
        .init("Size", isNumber: true, onCard: .fact) { $0.bytes.map { "\(Bytes.words($0, viewer.format))" } ?? "" },
        .init("By", onCard: .fact) { $0.isPlanned ? "the plan" : "\($0.by)" },
        .init("How it stands", onCard: .fact) { BackupMark($0).html },
        .init("", onCard: .fact) { drill($0) },
      ],
      state: ListState(path: "/backups"),
      empty: EmptyState(
        "No backups yet", reason: "The first is made at the hour of the plan, or when you press Back up now.",
        icon: "database"))
  }

  private func drill(_ backup: Backup) -> HTML {
    guard mayMake, backup.isWhole, backup.removedAt == nil else { return HTML() }
    return PostButton("Drill", action: "/backups/\(backup.id)/drill", csrf: viewer.csrf, weight: .quiet).html
  }

  private var plan: HTML {
    guard visit.actor.may(.edit, .backup) else { return HTML() }
    let plan = standing.plan
    let hours = (0...23).map { Field.Option("\($0)", "\($0 < 10 ? "0" : "")\($0):00") }
    return """
      <section class="vc-card"><h2>The plan</h2><p>Every backup is brought back in a scratch place before it counts. Old \
      ones of the plan are removed; those made by hand stay.</p>\(Form(
        action: "/backups/plan", method: .put, csrf: viewer.csrf, submit: "Keep the plan",
        rows: [
          .html(Form.hidden("isOn", "0") + Form.hidden("version", "\(plan.version)")),
          .field(Field("isOn", "Back up every day", .checkbox, value: plan.isOn ? "1" : "0")),
          .field(Field("hour", "At", .select(hours), value: "\(plan.hour)", isRequired: true)),
          .field(Field("keepDays", "Keep one of each of the last", .whole, value: "\(plan.keepDays)", isRequired: true,
            unit: "days")),
          .field(Field("keepWeeks", "And one of each of the last", .whole, value: "\(plan.keepWeeks)", isRequired: true,
            unit: "weeks")),
          .field(Field("keepMonths", "And one of each of the last", .whole, value: "\(plan.keepMonths)", isRequired: true,
            unit: "months")),
        ],
        values: problem == nil ? [:] : visit.fields.dictionary, problems: problem.map { [$0] } ?? []))</section>
      """
  }
}

/// How a backup stands, in a word.
struct BackupMark: Part {
  let backup: Backup
  init(_ backup: Backup) { self.backup = backup }

  var html: HTML {
    if backup.removedAt != nil { return Badge("Removed", .neutral).html }
    if let problem = backup.problem { return "\(Badge("Failed", .bad)) \(problem)" }
    guard backup.isWhole else { return Badge("Being made", .note).html }
    guard let drill = backup.drill else { return Badge("Not drilled", .watch).html }
    if let problem = drill.problem { return "\(Badge("Cannot be brought back", .bad)) \(problem)" }
    return Badge("Proved", .good).html
  }
}

/// So many bytes in words.
enum Bytes {
  static func words(_ bytes: Int64, _ format: Format) -> String {
    switch bytes {
    case 1_000_000_000...: "\(format.number(Double(bytes) / 1e9, decimals: 1)) GB"
    case 1_000_000...: "\(format.number(Double(bytes) / 1e6, decimals: 1)) MB"
    default: "\(format.count((bytes + 999) / 1_000)) kB"
    }
  }
}
