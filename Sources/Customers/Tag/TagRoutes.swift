import Kernel
import Records
import Store
import Web

/// Tags: the list, making, changing and merging them, and marking records.
package struct TagRoutes: Sendable {
  package static let path = "/tags"
  let tags: Tags

  package init(_ tags: Tags) { self.tags = tags }

  package var routes: [Route] { reading + writing + marking }

  private static let tone = Route.Input("tone", "The colour", choices: Tag.Tone.allCases.map(\.rawValue))

  private var reading: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .tag), "Lists the company's tags by name.", answer: .of([String: [TagUse]].self)
      ) { visit in
        let all = try await tags.all(for: visit.actor)
        return .both(visit, json: ["rows": all]) { TagListPage(tags: all, visit: visit).html }
      },
      Route(
        .get, "\(Self.path)/suggestions", .may(.see, .tag), "The tags some letters stand for, ten at most.",
        answer: .of([String: [Tag]].self),
        inputs: [.init("q", "The letters")]
      ) { visit in
        .json(["rows": try await tags.suggestions(visit.query["q"] ?? "", for: visit.actor)])
      },
      Route(.get, "\(Self.path)/{id}", .may(.see, .tag), "One tag.", answer: .of(Tag.self)) { visit in
        let tag = try await tags.find(visit.id(), for: visit.actor)
        return Answer.both(visit, json: tag) { TagPage(tag: tag, others: [], visit: visit).html }.tagged(tag.version)
      },
      Route(.get, "\(Self.path)/{id}/edit", .may(.edit, .tag), "The form to change a tag.", isInAPI: false) { visit in
        .page(try await page(visit))
      },
    ]
  }

  private func page(_ visit: Visit, problem: Problem? = nil) async throws -> HTML {
    let tag = try await tags.find(visit.id(), for: visit.actor)
    let others = try await tags.all(for: visit.actor).map(\.tag).filter { $0.id != tag.id }
    return TagPage(tag: tag, others: others, visit: visit, problem: problem).html
  }

  private var writing: [Route] {
    [
      Route(
        .post, Self.path, .may(.create, .tag), "Makes a tag.", answer: .of(Tag.self),
        inputs: [.init("name", "Its name", required: true), Self.tone], action: create),
      Route(
        .put, "\(Self.path)/{id}", .may(.edit, .tag), "Renames a tag or gives it another colour.",
        answer: .of(Tag.self),
        inputs: [
          .init("name", "Its name"), Self.tone, .init("version", "The version, unless If-Match names it", .integer),
        ], action: edit),
      Route(
        .delete, "\(Self.path)/{id}", .may(.delete, .tag), "Puts a tag into the bin: no record shows it.",
        answer: .of([String: Bool].self)
      ) {
        visit in
        let tag = try await tags.find(visit.id(), for: visit.actor)
        try await tags.bin(tag.id, by: visit.actor)
        return .changed(
          visit, to: Self.path, json: ["binned": true],
          flash: Flash(.good, "“\(tag.name)” is gone.", undo: undo(tag.id, "binning", visit)))
      },
      Route(
        .delete, "\(Self.path)/{id}/binning", .may(.delete, .tag), "Takes a tag out of the bin.", answer: .of(Tag.self)
      ) { visit in
        let tag = try await tags.restore(visit.id(), by: visit.actor)
        return .changed(visit, to: Self.path, json: tag, flash: Flash(.good, "“\(tag.name)” is back."))
      },
      Route(
        .post, "\(Self.path)/{id}/merge", .may(.edit, .tag), "Makes one tag of two: its records bear the other.",
        answer: .of(Tag.self),
        inputs: [.init("into", "The number of the other", .integer, required: true)], action: merge),
      Route(.delete, "\(Self.path)/{id}/merge", .may(.edit, .tag), "Takes a merge back.", answer: .of(Tag.self)) {
        visit in
        let tag = try await tags.unmerge(visit.id(), by: visit.actor)
        return .changed(visit, to: Self.path, json: tag, flash: Flash(.good, "“\(tag.name)” stands on its own again."))
      },
    ]
  }

  private var marking: [Route] {
    let record: [Route.Input] = [
      .init("noun", "The noun of the record", required: true), .init("record", "Its number", .integer, required: true),
    ]
    return [
      Route(
        .get, "/taggings", .may(.see, .tag), "The tags of a record.", answer: .of([String: [Tag]].self), inputs: record
      ) { visit in
        let key = try tags.records.key(noun: visit.query["noun"] ?? "", record: visit.query["record"] ?? "")
        return .json(["rows": try await tags.tags(of: key, for: visit.actor)])
      },
      Route(
        .post, "/taggings", .signedIn, "Marks a record you may edit with a tag; a new name makes the tag.",
        answer: .of([String: [Tag]].self),
        inputs: record + [.init("tag", "The name", required: true)], action: add),
      Route(
        .delete, "/taggings/{noun}/{record}/{tag}", .signedIn, "Takes a tag off a record you may edit.",
        answer: .of([String: [Tag]].self)
      ) { visit in
        let key = try tags.records.key(noun: visit.parameters["noun"] ?? "", record: visit.parameters["record"] ?? "")
        let left = try await tags.remove(visit.id("tag"), from: key, by: visit.actor)
        return .changed(visit, to: visit.returning(tags.records.path(of: key) ?? "/"), json: ["rows": left])
      },
    ]
  }

  private func undo(_ id: ID<Tag>, _ act: String, _ visit: Visit) -> PostButton {
    PostButton("Undo", action: "\(Self.path)/\(id)/\(act)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
  }

  private func tone(_ visit: Visit) throws -> Tag.Tone? {
    guard let text = visit.fields["tone"], !text.isEmpty else { return nil }
    guard let tone = Tag.Tone(rawValue: text) else {
      throw Problem(
        .invalid, field: "tone", "“\(text.prefix(40))” is no colour of a tag.",
        mend: "Use one of \(Tag.Tone.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return tone
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    do {
      let made = try await tags.create(
        visit.fields["name"] ?? "", tone: try tone(visit) ?? .grey, by: visit.actor, once: try visit.once())
      return .changed(
        visit, to: Self.path, status: 201, json: made, flash: Flash(.good, "“\(made.name)” was added."))
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      let all = try await tags.all(for: visit.actor)
      return .page(TagListPage(tags: all, visit: visit, problem: problem).html, status: problem.kind.status)
    }
  }

  @Sendable private func edit(_ visit: Visit) async throws -> Answer {
    do {
      guard let version = try visit.ifMatch ?? visit.fields.integer("version", in: 1...Int64.max) else {
        throw Problem(
          .invalid, field: "version", "The version is missing.", mend: "Send the version the tag was read at.")
      }
      let tag = try await tags.edit(
        visit.id(), name: visit.fields["name"], tone: try tone(visit), version: version, by: visit.actor)
      return .changed(visit, to: Self.path, json: tag, flash: Flash(.good, "Saved.")).tagged(tag.version)
    } catch let problem as Problem where visit.face == .html && [.invalid, .conflict].contains(problem.kind) {
      return .page(try await page(visit, problem: problem), status: problem.kind.status)
    }
  }

  @Sendable private func merge(_ visit: Visit) async throws -> Answer {
    let id: ID<Tag> = try visit.id()
    do {
      guard let target = ID<Tag>(text: visit.fields["into"] ?? "") else {
        throw Problem(.invalid, field: "into", "The other tag is missing.", mend: "Choose one.")
      }
      let tag = try await tags.merge(id, into: target, by: visit.actor)
      return .changed(
        visit, to: Self.path, json: tag,
        flash: Flash(.good, "The records bear “\(tag.name)” now.", undo: undo(id, "merge", visit)))
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .page(try await page(visit, problem: problem), status: 422)
    }
  }

  @Sendable private func add(_ visit: Visit) async throws -> Answer {
    let key = try tags.records.key(noun: visit.fields["noun"] ?? "", record: visit.fields["record"] ?? "")
    let back = visit.returning(tags.records.path(of: key) ?? "/")
    do {
      let all = try await tags.add(try visit.fields.required("tag"), to: key, by: visit.actor)
      return .changed(visit, to: back, status: 201, json: ["rows": all])
    } catch let problem as Problem where visit.face == .html && problem.kind == .invalid {
      return .redirect(to: back, flash: Flash(.bad, "\(problem.message) \(problem.mend ?? "")"))
    }
  }
}
