import Kernel
import Web

// How answers that are written by hand look to programs.

extension DuplicateSide: APIPartial {
  package static let unwritten: Set<String> = ["texts"]
  package static let withheld: Set<String> = []
}

extension Duplicate: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged([Duplicate.self], ["probability": .number], required: ["probability"])
  }
}

extension DuplicateHint: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged(
      [DuplicateHint.self], ["probability": .number, "isLikely": .flag, "words": .text],
      required: ["isLikely", "probability", "words"])
  }
}
