import Kernel
import Records

extension Tasks {
  /// What is to be done about the lost one is to be done about the one that stays.
  package static func mergePart(of noun: Actor.Noun) -> MergePart {
    .rows(
      "task of a \(noun.rawValue)", of: noun, table: "task", column: "about_id", among: "about_noun", one: "task",
      many: "tasks")
  }
}
