import Kernel
import Web

// How answers that are written by hand look to programs.

extension CustomerSheet: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    let always: [String: Any.Type] = [
      "above": [Above].self, "traits": [Trait].self, "keys": [Key].self, "children": [ID<Customer>].self,
      "under": [Child].self, "value": Value.self, "valueWithAllUnder": Value.self, "purchases": [Purchase].self,
      "costDrivers": [CostDriver.Total].self, "contacts": [ContactRole].self,
    ]
    let sometimes: [String: Any.Type] = [
      "ownerName": String.self, "teamName": String.self, "mainContact": ID<Contact>.self,
      "lastInteraction": Interaction.self,
    ]
    return shapes.merged(
      [Customer.self], always.merging(sometimes) { first, _ in first }.mapValues { shapes.schema(of: $0) },
      required: Array(always.keys))
  }
}

extension ContactRoutes.Whole: APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged([Contact.self], ["roles": shapes.schema(of: [ContactRole].self)], required: ["roles"])
  }
}

extension InteractionRoutes.Whole: APIShaped {
  static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged(
      [Interaction.self], ["corrections": shapes.schema(of: [InteractionCorrection].self)], required: ["corrections"])
  }
}

extension ConsentSheet.Line: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    APISchema(
      type: "object",
      properties: [
        "purpose": .integer, "name": .text,
        "channels": APISchema(type: "object", values: shapes.schema(of: Contactable.self)),
      ], required: ["channels", "name", "purpose"])
  }
}

extension TagUse: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema {
    shapes.merged([Tag.self], ["uses": .integer], required: ["uses"])
  }
}

extension TimeOfDay: APIShaped {
  package static func schema(in shapes: APIShapes) -> APISchema { .text }
}

extension Customer: APIPartial {
  package static let unwritten: Set<String> = ["isKindHidden"]
  package static let withheld: Set<String> = ["kind"]
}
