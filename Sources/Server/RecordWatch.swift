import Kernel
import Records
import Store
import Web

/// What is done around the pages of records, whichever noun they are of: what somebody opens is noted, one that became
/// another leads there, and one that seems to be here already is asked about before it is made.
extension House {
  static func watched(_ routes: [Route], _ modules: Modules) -> [Route] {
    modules.searches.nouns.reduce(routes) { routes, noun in
      guard let catalogue = try? modules.searches.catalogue(of: noun) else { return routes }
      return routes.map { route in
        switch (route.method, route.path) {
        case (.get, catalogue.path + "/{id}"): opening(route, catalogue, modules)
        case (.post, catalogue.path) where modules.duplicates.nouns.contains(noun): asking(route, catalogue, modules)
        default: route
        }
      }
    }
  }

  private static func opening(_ route: Route, _ catalogue: Catalogue, _ modules: Modules) -> Route {
    route.around { visit in
      let id = visit.parameters["id"].flatMap { ID<Merge>(text: $0) }?.rawValue
      do {
        let answer = try await route.action(visit)
        if let id, visit.face == .html, answer.status == 200 {
          try await modules.searches.opened(catalogue.noun, id, by: visit.actor)
        }
        return answer
      } catch let problem as Problem where problem.kind == .notFound {
        guard let id, let place = try await modules.merges.successor(of: id, catalogue.noun, for: visit.actor) else {
          throw problem
        }
        let path = "\(catalogue.path)/\(place)"
        if visit.face == .html {
          return .redirect(to: path, flash: Flash(.note, "\(catalogue.word) \(id) was merged into this one."))
        }
        throw Problem(
          .notFound, "This \(catalogue.word) was merged into \(place).", mend: "Ask for \(path).",
          facts: problem.facts + [.init("mergedInto", "\(place)")])
      }
    }
  }

  /// A person is asked before a second record of one party is made; a program asks for hints itself.
  private static func asking(_ route: Route, _ catalogue: Catalogue, _ modules: Modules) -> Route {
    route.around { visit in
      guard visit.face == .html, visit.fields["anyway"] != "1" else { return try await route.action(visit) }
      // What cannot be read is refused by the form itself, with its own words.
      let typed = try? DuplicateRoutes.typed(visit.fields)
      let hints = try await modules.duplicates.hints(
        catalogue.noun.rawValue, typed ?? RecordTexts(), for: visit.actor)
      guard hints.contains(where: \.isLikely) else { return try await route.action(visit) }
      return .page(
        DuplicateQuestionPage(hints: hints, word: catalogue.word, action: catalogue.path, visit: visit).html)
    }
  }
}

extension Route {
  /// The same address and permission with something done around its action.
  fileprivate func around(_ action: @escaping Action) -> Route {
    Route(
      method, path, permission, summary, answer: answer, inputs: inputs, words: words, limit: limit,
      takesFile: takesFile, fileLimit: fileLimit, takesForeignForms: takesForeignForms, isInAPI: isInAPI, rate: rate,
      action: action)
  }
}
