import Kernel
import Store
import Web

/// The file of a person: being made, or ready to be fetched.
struct PersonExportPage {
  let job: ID<Job>
  let state: Job.State
  let isThere: Bool
  let visit: Visit

  var html: HTML {
    let isOpen = state == .queued || state == .running
    return Shell.page(
      title: "Everything about one person", path: "/privacy", viewer: visit.viewer,
      crumbs: [Crumb("Privacy", "/privacy")], width: .narrow, refresh: isOpen ? 2 : nil,
      body: isThere
        ? EmptyState(
          "The file is ready",
          reason: "An archive with the data twice: to be read, and for programs. It is removed after 14 days.",
          icon: "file-download",
          action: LinkButton("Fetch the file", "/privacy/exports/\(job)/file", weight: .primary, isDownload: true).html
        ).html
        : EmptyState(
          isOpen ? "The data is being gathered" : "There is no file",
          reason: isOpen ? "This page looks again by itself." : "It was removed, or could not be made.",
          icon: "hourglass",
          action: LinkButton("Look at the job", "/jobs/\(job)").html
        ).html)
  }
}

/// What erasing somebody would do, with the button that does it.
struct ErasurePage {
  let person: Person
  let report: ErasureReport
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Erase \(person.name)", path: "/privacy", viewer: viewer, crumbs: [Crumb("Privacy", "/privacy")],
      lead: "What happens to everything that leads to \(words: person.kind.word) \(person.id).",
      actions: visit.actor.may(.delete, .privacy)
        ? ConfirmDialog(
          "Erase", question: "Erase \(person.name) for good?",
          explanation: """
            <p>This cannot be undone, and a backup that is restored later is cleaned of them again. What they bought stays \
            in the sums, about nobody.</p>
            """, confirm: "Erase for good", action: "/privacy/erasures", csrf: viewer.csrf, method: .post,
          fields: [(name: "kind", value: person.kind.rawValue), (name: "person", value: "\(person.id)")]
        ).html : HTML(),
      body: """
        \(lines("What goes and what stays", report.lines, "Nothing leads to them."))\
        \(when: !report.mentions.isEmpty, lines("Where others wrote their name: to be looked at by hand", report.mentions, ""))
        """)
  }

  private func lines(_ title: String, _ rows: [ErasureReport.Line], _ empty: String) -> HTML {
    let format = visit.viewer.format
    return """
      <section><h2>\(words: title)</h2>\(ListTable(
        "\(format.count(rows.count, "table", "tables"))", rows: rows,
        columns: [
          .init("Table", onCard: .title) { "\($0.table.replacing("_", with: " "))" }, .init("What happens", onCard: .fact) { "\(words: $0.what)" },
          .init("Rows", isNumber: true, onCard: .fact) { "\(format.count($0.rows))" },
        ], state: ListState(path: "/privacy"), empty: EmptyState(empty, reason: "")))</section>
      """
  }
}

/// The data map: every table, what it holds about people, why, and what becomes of it.
struct DataMapPage {
  let map: DataMap
  let visit: Visit

  private struct Line: Sendable {
    let table: String
    let purpose: String
    let personal: String
    let pseudonymous: String
    let erasing: String
    let kept: String
  }

  private var lines: [Line] {
    map.tables.map { table in
      func names(_ kind: DataMap.Kind) -> String {
        table.columns.filter { $0.value == kind }.keys.sorted().joined(separator: ", ")
      }
      let rules = table.rules.map { "\($0.person.word.translated): \($0.erasing.word.translated)" }
      return Line(
        table: table.name.description.replacing("_", with: " "), purpose: table.purpose.rawValue,
        personal: names(.personal),
        pseudonymous: names(.pseudonymous), erasing: rules.joined(separator: "; "),
        kept: table.retention?.title ?? "")
    }
  }

  var html: HTML {
    let columns = map.tables.reduce(0) { $0 + $1.columns.count }
    let format = visit.viewer.format
    return Shell.page(
      title: "The data map", path: "/privacy", viewer: visit.viewer, crumbs: [Crumb("Privacy", "/privacy")],
      lead: "All \(format.count(columns)) columns of the store. Exports and erasures are made from it.",
      body: ListTable(
        "\(format.count(map.tables.count)) tables", rows: lines,
        columns: [
          .init("Table", onCard: .title) { "\($0.table)" },
          .init("Why it is kept", onCard: .fact) { "\(words: $0.purpose)" },
          .init("About people", onCard: .fact) { "\($0.personal)" },
          .init("Leads to people", onCard: .fact) { "\($0.pseudonymous)" },
          .init("When somebody is erased", onCard: .fact) { "\($0.erasing)" }, .init("Clock") { "\(words: $0.kept)" },
        ], state: ListState(path: "/privacy/map"), empty: EmptyState("No tables", reason: "")
      ).html)
  }
}
