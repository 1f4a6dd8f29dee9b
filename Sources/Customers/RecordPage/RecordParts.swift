import Kernel
import Records
import Web

/// What the page of every record has beside what its noun knows: tags, open tasks, the company's own fields, files.
package struct RecordParts: Sendable {
  let tags: Tags
  let tasks: Tasks
  let attachments: Attachments
  package let desk: RecordDesk

  package init(tags: Tags, tasks: Tasks, attachments: Attachments, desk: RecordDesk) {
    self.tags = tags
    self.tasks = tasks
    self.attachments = attachments
    self.desk = desk
  }

  /// The way to the records before and after one in the list its reader came from.
  package func walk(_ key: RecordKey, _ visit: Visit) async throws -> HTML { try await desk.walk(from: key, visit) }

  /// - Parameter path: where a browser goes after a change.
  package func tags(_ key: RecordKey, path: String, _ visit: Visit) async throws -> HTML {
    guard visit.actor.may(.see, .tag) else { return HTML() }
    return TagSection(
      try await tags.tags(of: key, for: visit.actor), of: key, path: path, visit: visit,
      mayEdit: visit.actor.may(.edit, key.noun)
    ).html
  }

  package func openTasks(_ key: RecordKey, _ visit: Visit) async throws -> HTML {
    guard visit.actor.may(.see, .task) else { return HTML() }
    return TaskSection(
      try await tasks.open(about: key, for: visit.actor), about: key, records: desk.catalogues, visit: visit
    ).html
  }

  package func ownFields(_ key: RecordKey, edit: String, _ visit: Visit) async throws -> HTML {
    try await desk.ownFields(of: key.noun, key.id, for: visit.actor)
      .section(visit, edit: visit.actor.may(.edit, key.noun) ? edit : nil)
  }

  /// - Parameter path: where a browser goes after a change.
  package func files(_ key: RecordKey, path: String, _ visit: Visit) async throws -> HTML {
    guard visit.actor.may(.see, .attachment), visit.actor.seesPersonalData else { return HTML() }
    return AttachmentSection(
      try await attachments.list(of: key, for: visit.actor), of: key, path: path, visit: visit,
      mayEdit: visit.actor.may(.edit, key.noun)
    ).html
  }
}
