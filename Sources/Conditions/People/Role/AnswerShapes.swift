import Kernel
import Web

// How answers that are written by hand look to programs.

extension Role: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    APISchema(type: "object", properties: parts, required: parts.keys.sorted())
  }

  fileprivate static var parts: [String: APISchema] {
    let words = APISchema(type: "object", values: .text)
    return [
      "code": .text, "name": .text, "note": .text, "readyMade": .flag, "seesPersonalData": .flag, "grants": words,
      "fields": words, "version": .integer, "createdAt": .instant,
    ]
  }
}

extension Roles.Holding: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    let parts = Role.parts.merging(["people": .integer]) { first, _ in first }
    return APISchema(type: "object", properties: parts, required: parts.keys.sorted())
  }
}

extension UserRoutes.UserRights: APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged([User.self], ["teams": shapes.schema(of: [ID<Team>].self)], required: ["teams"])
  }
}

extension Team.Roster: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged([Team.self], ["members": shapes.schema(of: [Team.Member].self)], required: ["members"])
  }
}

extension Export: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    let always: [String: APISchema] = [
      "id": .integer, "noun": .text, "question": .text, "words": .text, "format": shapes.schema(of: Format.self),
      "state": shapes.schema(of: State.self), "by": .text, "createdAt": .instant, "downloads": .integer,
    ]
    let sometimes: [String: APISchema] = [
      "problem": .text, "job": .integer, "rows": .integer, "size": .integer, "expiresAt": .instant,
      "lastDownload": .instant,
    ]
    return APISchema(
      type: "object", properties: always.merging(sometimes) { first, _ in first }, required: always.keys.sorted())
  }
}
