import Foundation
import Kernel
import Records
import Store
import Web

/// Exports: asking for a list as a file, how far it is, taking it, taking it away.
package struct ExportRoutes: Sendable {
  let exports: Exports

  package init(_ exports: Exports) { self.exports = exports }

  package static let path = "/exports"

  static let inputs: [Route.Input] = [
    .init("noun", "What the list is of, such as customer", required: true),
    .init("format", "The form of the file", choices: Export.Format.allCases.map(\.rawValue)),
    .init("filter", "Which records: a filter as lists have it"), .init("q", "Words to find"),
    .init("columns", "The fields, with commas; the usual ones when left out"),
    .init("sort", "The order; -field from the end"),
    .init("mark", "CSV: begin with a byte order mark, for Excel", .flag),
    .init("comma", "CSV: a decimal comma, and semicolons between cells", .flag),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, "/exports", .may(.see, .exportRun), "Lists exports, newest first.", answer: .of([String: [Export]].self)
      ) { visit in
        let all = try await exports.recent(for: visit.actor)
        return .both(visit, json: ["rows": all]) { ExportListPage(all: all, visit: visit).html }
      },
      Route(
        .get, "/exports/new", .may(.create, .exportRun), "The form to ask for a list as a file.", isInAPI: false
      ) { visit in try await form(visit, visit.query) },
      Route(
        .post, "/exports", .may(.create, .exportRun), "Makes a file of a list in the background.",
        answer: .of(Export.self),
        inputs: Self.inputs, action: create),
      Route(
        .get, "/exports/{id}", .may(.see, .exportRun), "One export and how far it is.", answer: .of(Export.self),
        action: show),
      Route(
        .get, "/exports/{id}/file", .may(.see, .exportRun), "The file of an export.", answer: .file("*/*"), action: file
      ),
      Route(
        .delete, "/exports/{id}", .may(.delete, .exportRun), "Takes the file of an export away before its time.",
        answer: .of([String: Bool].self)
      ) { visit in
        let id: ID<Export> = try visit.id()
        try await exports.remove(id, by: visit.actor)
        return .changed(
          visit, to: Self.path, json: ["deleted": true], flash: Flash(.note, "The file was taken away."))
      },
    ]
  }

  private func form(_ visit: Visit, _ fields: Fields, problem: Problem? = nil) async throws -> Answer {
    let named = fields["noun"].flatMap { $0.isEmpty ? nil : $0 }
    let catalogue = try exports.catalogue(named: named ?? exports.first(for: visit.actor)?.noun.rawValue ?? "")
    try visit.actor.require(.export, catalogue.noun)
    let question = try RecordQuestion(query: fields)
    let count = try? await exports.count(catalogue, question, for: visit.actor)
    return .page(
      ExportForm(catalogue: catalogue, question: question, count: count, visit: visit, problem: problem).html,
      status: problem?.kind.status ?? 200)
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let fields = visit.fields
      let catalogue = try exports.catalogue(named: fields["noun"] ?? "")
      let format = try Export.Format(named: fields["format"].flatMap { $0.isEmpty ? nil : $0 } ?? "csv")
      func isOn(_ name: String) -> Bool { ["1", "true"].contains(fields[name] ?? "") }
      let made = try await exports.begin(
        catalogue.noun, try RecordQuestion(query: fields), as: format,
        Export.Settings(hasMark: isOn("mark"), hasComma: isOn("comma")), by: visit.actor, once: try visit.once())
      return .changed(visit, to: "/exports/\(made.id)", status: 202, json: made)
    } catch let problem as Problem where visit.face == .html && [.invalid, .tooMany].contains(problem.kind) {
      return try await form(visit, visit.fields, problem: problem)
    }
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let export = try await exports.find(visit.id(), for: visit.actor)
    if visit.face == .json { return .json(export) }
    var open: Job?
    if [.waiting, .running].contains(export.state), let job = export.job {
      open = try await exports.jobs.find(ID(job), for: visit.actor)
    }
    return .page(ExportPage(export: export, job: open, visit: visit).html)
  }

  @Sendable private func file(_ visit: Visit) async throws -> Answer {
    let (path, export) = try await exports.take(visit.id(), for: visit.actor)
    let day = export.createdAt.day(in: visit.viewer.format.zone)
    let name = "\(exports.plural(export.noun))-\(day).\(export.format.rawValue)"
    return .download(name, type: export.format.type) { sink in
      guard let handle = FileHandle(forReadingAtPath: path) else {
        throw Problem(.notFound, "There is no file of this export.", mend: "Ask for it again.")
      }
      defer { try? handle.close() }
      while let piece = try handle.read(upToCount: 1 << 18), !piece.isEmpty { try await sink.write(Array(piece)) }
    }
  }
}
