import Kernel
import Records

extension Attachments {
  package static func mergePart(of noun: Actor.Noun) -> MergePart {
    .rows(
      "file of a \(noun.rawValue)", of: noun, table: "attachment", column: "record_id", among: "noun", one: "file",
      many: "files")
  }
}
