import Conditions
import Foundation
import Kernel
import Store
import Web

extension AuditRoutes {
  /// The first moment of a day.
  static func start(of day: Day, in zone: TimeZone) -> Instant {
    let seconds = Int64(day.number) * 86_400
    let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    return Instant(microseconds: (seconds - Int64(offset)) * 1_000_000)
  }
}

/// The lines of the audit chain, each with what it changed.
struct AuditPage {
  let lines: [AuditLine]
  let question: AuditQuestion
  let people: [User]
  let visit: Visit

  private var viewer: Viewer { visit.viewer }

  var html: HTML {
    Shell.page(
      title: "Audit", path: "/audit", viewer: viewer,
      lead: "Every change and every refused sign-in, each line sealed with the one before it.",
      actions: LinkButton("Check the chain", "/audit/verification", icon: "shield-check").html, body: table.html)
  }

  private var parameters: [(String, String)] {
    ["noun", "record", "person", "from", "to"].map { ($0, visit.query[$0] ?? "") }.filter { !$0.1.isEmpty }
  }

  private func without(_ names: String...) -> String {
    Address.path("/audit", parameters.filter { !names.contains($0.0) })
  }

  private var chips: [ListState.Chip] {
    var chips: [ListState.Chip] = []
    if let noun = question.noun {
      let words = question.record.map { "about \(noun) \($0)" } ?? "about any \(noun)"
      chips.append(.init(words, without: without("noun", "record")))
    } else if let record = question.record {
      chips.append(.init("about number \(record)", without: without("record")))
    }
    if let actor = question.actor {
      let name = actor == 0 ? "the operator or the house" : people.first { $0.id.rawValue == actor }?.name
      chips.append(.init("by \(name ?? "user \(actor)")", without: without("person")))
    }
    if let from = visit.query["from"], !from.isEmpty { chips.append(.init("from \(from)", without: without("from"))) }
    if let to = visit.query["to"], !to.isEmpty { chips.append(.init("to \(to)", without: without("to"))) }
    return chips
  }

  private var filters: HTML {
    let nouns = [Field.Option("", "Any")] + Actor.Noun.allCases.map { Field.Option($0.rawValue, $0.rawValue) }
    let who =
      [Field.Option("", "Anybody"), Field.Option("0", "The operator or the house")]
      + people.map { Field.Option("\($0.id)", $0.name) }
    func value(_ name: String) -> String { visit.query[name] ?? "" }
    return Form(
      action: "/audit", method: .get, csrf: "", submit: "Narrow",
      fields: [
        Field("noun", "Kind of record", .select(nouns), value: value("noun")),
        Field("record", "Its number", .whole, value: value("record")),
        Field("person", "Done by", .select(who), value: value("person")),
        Field("from", "From", .day, value: value("from")), Field("to", "To", .day, value: value("to")),
      ], cancel: parameters.isEmpty ? nil : "/audit"
    ).html
  }

  private var table: ListTable<AuditLine> {
    ListTable(
      lines.isEmpty ? "No lines" : "\(viewer.format.count(lines.count, "line", "lines")), the newest first",
      rows: lines,
      columns: [
        .init("When", onCard: .title) { viewer.time($0.at) }, .init("Who", onCard: .fact) { "\($0.actorName)" },
        .init("What", onCard: .fact) { what($0) }, .init("Changed", onCard: .fact) { changed($0) },
        .init("Line", isNumber: true) { "\($0.sequence)" },
      ],
      state: ListState(
        path: "/audit", parameters: parameters, next: lines.count == 50 ? lines.last.map { "\($0.sequence)" } : nil,
        chips: chips),
      empty: chips.isEmpty
        ? EmptyState("Nothing happened yet", reason: "The first change will stand here.", icon: "shield-check")
        : EmptyState(
          "No line fits", reason: "Nothing of that kind happened.", icon: "search",
          action: LinkButton("Show all lines", "/audit").html),
      filters: filters)
  }

  private func what(_ line: AuditLine) -> HTML {
    let address = Address.path("/audit", [("noun", line.noun), ("record", "\(line.record ?? 0)")])
    return line.record == nil
      ? "\(words: line.verb) \(words: line.noun)"
      : "<a href=\"\(url: address)\">\(words: line.verb) \(words: line.noun) \("\(line.record ?? 0)")</a>"
  }

  private func changed(_ line: AuditLine) -> HTML {
    if line.isMasked { return "<span class=\"text-secondary\">taken away with somebody’s data</span>" }
    guard let first = line.changes.first else { return HTML() }
    let more = line.changes.count - 1
    let summary: HTML = "\(AuditPage.words(first.name))\(when: more > 0, " and \(more) more")"
    return """
      <details class="vc-change"><summary>\(summary)</summary><dl>\(line.changes.html { field in
        """
        <div><dt>\(AuditPage.words(field.name))</dt><dd>\
        \(field.before.map { "<del>\($0)</del> <span aria-hidden=\"true\">→</span> " as HTML })\
        \(field.after.map { "<ins>\($0)</ins>" as HTML } ?? "<ins>nothing</ins>")</dd></div>
        """
      })</dl></details>
      """
  }

  /// A field's name in words: `ownerName` as `owner name`.
  private static func words(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      if (65...90).contains(byte) {
        bytes += [32, byte + 32]
      } else {
        bytes.append(byte == UInt8(ascii: "_") ? 32 : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Whether the chain is whole.
struct AuditVerdictPage {
  let broken: Int64?
  let visit: Visit

  var html: HTML {
    let back = LinkButton("Back to the lines", "/audit").html
    let state =
      broken.map {
        EmptyState(
          "Line \($0) is not as it was written", reason: "Someone changed, removed or reordered lines from there on.",
          icon: "shield-x", action: back)
      }
      ?? EmptyState(
        "The chain is whole", reason: "No line was changed, removed or reordered.", icon: "shield-check", action: back)
    return Shell.page(
      title: "Audit", path: "/audit", viewer: visit.viewer, crumbs: [Crumb("Audit", "/audit")],
      lead: "Every line was checked with the company’s key.", body: state.html)
  }
}
