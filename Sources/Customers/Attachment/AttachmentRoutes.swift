import Foundation
import Kernel
import Records
import Store
import Web

/// Files on records: hanging them, reading them, taking them off.
package struct AttachmentRoutes: Sendable {
  package static let path = "/attachments"
  let attachments: Attachments

  package init(_ attachments: Attachments) { self.attachments = attachments }

  private static let record: [Route.Input] = [
    .init("noun", "The noun of the record", required: true), .init("record", "Its number", .integer, required: true),
  ]

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .attachment), "Lists the files of a record, the newest first.",
        answer: .of([String: [Attachment]].self),
        inputs: Self.record, action: list),
      Route(
        .post, Self.path, .may(.create, .attachment),
        "Hangs a file on a record you may edit: the body, with noun, record and file (the name) in the query, or a form.",
        answer: .of(Attachment.self),
        inputs: Self.record + [.init("file", "The file", .file, required: true)], takesFile: true,
        fileLimit: Attachment.limits.upperBound, action: add),
      Route(
        .get, "\(Self.path)/{id}", .may(.see, .attachment), "One file: its name, type, size, who and when.",
        answer: .of(Attachment.self)
      ) {
        visit in
        let found = try await attachments.find(visit.id(), for: visit.actor)
        guard visit.face == .html else { return .json(found) }
        return .redirect(to: attachments.records.path(of: found.record) ?? "/")
      },
      Route(
        .get, "\(Self.path)/{id}/content", .may(.see, .attachment), "The file itself, to be saved and never shown.",
        answer: .file("*/*"),
        action: content),
      Route(
        .delete, "\(Self.path)/{id}", .may(.delete, .attachment),
        "Takes a file off its record; 30 days to bring it back.", answer: .of([String: Bool].self),
        action: remove),
      Route(
        .delete, "\(Self.path)/{id}/removal", .may(.delete, .attachment), "Brings a file back.",
        answer: .of(Attachment.self)
      ) { visit in
        let back = try await attachments.restore(visit.id(), by: visit.actor)
        return .changed(visit, to: here(back.record, visit), json: back, flash: Flash(.good, "It is back."))
      },
      Route(
        .get, "\(Self.path)/limit", .may(.see, .attachment), "How large a file may be.",
        answer: .of([String: Int64].self)
      ) { visit in
        .json(["megabytes": try await attachments.limit() >> 20])
      },
      Route(
        .put, "\(Self.path)/limit", .may(.edit, .company), "Says how large a file may be.",
        answer: .of([String: Int64].self),
        inputs: [.init("megabytes", "1 to 200", .integer, required: true)]
      ) { visit in
        guard let wanted = try visit.fields.integer("megabytes", in: 1...(Attachment.limits.upperBound >> 20)) else {
          throw Problem(.invalid, field: "megabytes", "The number is missing.", mend: "Enter 1 to 200.")
        }
        try await attachments.setLimit(wanted << 20, by: visit.actor)
        return .changed(visit, to: "/company", json: ["megabytes": wanted], flash: Flash(.good, "Saved."))
      },
    ]
  }

  private func key(_ fields: Fields) throws -> RecordKey {
    try attachments.records.key(noun: fields["noun"] ?? "", record: fields["record"] ?? "")
  }

  private func here(_ record: RecordKey, _ visit: Visit) -> String {
    visit.returning(attachments.records.path(of: record) ?? "/")
  }

  @Sendable private func list(_ visit: Visit) async throws -> Answer {
    let key = try key(visit.query)
    guard visit.face == .json else { return .redirect(to: attachments.records.path(of: key) ?? "/") }
    return .json(["rows": try await attachments.list(of: key, for: visit.actor)])
  }

  @Sendable private func add(_ visit: Visit) async throws -> Answer {
    let key = try key(visit.fields["noun"] == nil ? visit.query : visit.fields)
    do {
      guard let upload = visit.upload else {
        throw Problem(.invalid, field: "file", "There is no file.", mend: "Choose one.")
      }
      let made = try await attachments.add(
        upload.path, named: upload.name, to: key, by: visit.actor, once: try visit.once())
      guard visit.face == .json else {
        return .redirect(to: here(key, visit), flash: Flash(.good, "“\(made.name)” was added."))
      }
      var answer = Answer.json(made, status: 201)
      answer.headers.append(("Location", "/api/v1\(Self.path)/\(made.id)"))
      return answer
    } catch let problem as Problem where visit.face == .html && [.invalid, .tooLarge].contains(problem.kind) {
      return .redirect(to: here(key, visit), flash: Flash(.bad, "\(problem.message) \(problem.mend ?? "")"))
    }
  }

  @Sendable private func content(_ visit: Visit) async throws -> Answer {
    let found = try await attachments.find(visit.id(), for: visit.actor)
    let path = attachments.folder.path(of: found.hash)
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw Problem(
        .unavailable, "The file is not in the folder of the company.", mend: "Restore the folder from a backup.")
    }
    let type = found.type == "text/plain" ? "text/plain; charset=utf-8" : found.type
    var answer = Answer.download(found.name, type: type) { sink in
      guard let handle = FileHandle(forReadingAtPath: path) else { throw CancellationError() }
      defer { try? handle.close() }
      while let piece = try handle.read(upToCount: 1 << 18), !piece.isEmpty { try await sink.write(Array(piece)) }
    }
    // Should a browser show it all the same, it is a page that may do nothing.
    answer.headers.append(("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"))
    return answer
  }

  @Sendable private func remove(_ visit: Visit) async throws -> Answer {
    let gone = try await attachments.remove(visit.id(), by: visit.actor)
    let undo = PostButton(
      "Undo", action: "\(Self.path)/\(gone.id)/removal", csrf: visit.viewer.csrf, method: .delete, weight: .quiet,
      fields: [("return", visit.returning(""))])
    return .changed(
      visit, to: here(gone.record, visit), json: ["removed": true],
      flash: Flash(.good, "“\(gone.name)” was taken off.", undo: undo))
  }
}

/// The files on the page of a record, with a way to add one and to take each off.
package struct AttachmentSection: Part {
  let files: [Attachment]
  let record: RecordKey
  let path: String
  let visit: Visit
  let mayEdit: Bool

  /// - Parameter mayEdit: whether the viewer may edit the record.
  package init(_ files: [Attachment], of record: RecordKey, path: String, visit: Visit, mayEdit: Bool) {
    self.files = files
    self.record = record
    self.path = path
    self.visit = visit
    self.mayEdit = mayEdit
  }

  package var html: HTML {
    guard visit.actor.may(.see, .attachment), visit.actor.seesPersonalData else { return HTML() }
    let mayAdd = mayEdit && visit.actor.may(.create, .attachment)
    guard mayAdd || !files.isEmpty else { return HTML() }
    let list: HTML =
      files.isEmpty
      ? "<p class=\"text-secondary\">No files yet: a contract, a drawing, a letter.</p>"
      : "<ul class=\"vc-files\">\(files.html(line))</ul>"
    return """
      <section class="vc-card" id="files"><h2 class="vc-card-title">Files</h2>\(list)\(when: mayAdd, add)</section>
      """
  }

  private func line(_ file: Attachment) -> HTML {
    let format = visit.viewer.format
    return """
      <li><a href="/attachments/\(file.id)/content" download>\(file.name)</a>\
      <small>\(format.size(file.bytes)), \(visit.viewer.time(file.createdAt)) by \(file.by)</small>\
      \(when: mayEdit && visit.actor.may(.delete, .attachment), PostButton(
        "Take off", action: "/attachments/\(file.id)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet,
        fields: [("return", path + "#files")]).html)</li>
      """
  }

  private var add: HTML {
    """
    <form class="vc-file-add" method="post" action="/attachments" enctype="multipart/form-data" data-drop>\
    \(Form.hidden(csrf: visit.viewer.csrf))\(Form.hidden("return", path + "#files"))\
    \(Form.hidden("noun", record.noun.rawValue))\(Form.hidden("record", "\(record.id)"))\
    <label><span class="visually-hidden">A file</span><input class="form-control" type="file" name="file" required></label>\
    <button type="submit" class="btn">\(Icon("paperclip"))Add the file</button>\
    <p class="vc-drop-name" data-drop-name></p></form>
    """
  }
}

extension Format {
  /// How much a file holds: `340 kB`, `1.2 MB`.
  package func size(_ bytes: Int64) -> String {
    switch bytes {
    case ..<1_000: count(Int(bytes), "byte", "bytes")
    case ..<1_000_000: "\(number(Double(bytes) / 1e3, decimals: 0)) kB"
    default: "\(number(Double(bytes) / 1e6, decimals: 1)) MB"
    }
  }
}
