import Customers
import Foundation
import Kernel
import Store
import Tabular

/// Imports a file in the background; after an interruption it goes on where it was.
package struct ImportJob: Sendable {
  package static let kind = "import"

  struct Arguments: Codable {
    let run: Int64
    let path: String
    /// Who asked for it, with the rights they had then.
    var actor: KeptActor?
  }

  let imports: Imports
  let companies: Companies

  package init(_ imports: Imports, companies: Companies) {
    self.imports = imports
    self.companies = companies
  }

  /// The files that imports still wait for.
  package func awaited() async throws -> Set<String> {
    let open = try await imports.jobs.openArguments(of: ImportJob.kind)
    return Set(open.compactMap { try? JSONDecoder().decode(Arguments.self, from: Data($0.utf8)).path })
  }

  @Sendable package func run(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let arguments = try JSONDecoder().decode(Arguments.self, from: Data(job.arguments.utf8))
    let actor =
      arguments.actor?.actor ?? Actor(user: job.actor, name: job.actorName, grants: Actor.everything)
    let run = try await imports.find(ID(arguments.run), for: actor)
    let ended: ImportRun
    do {
      ended = try await carryOut(run, ByteSource(path: arguments.path), progress, by: actor)
    } catch let problem as Problem where problem.kind != .unavailable {
      unlink(arguments.path)
      throw problem
    }
    unlink(arguments.path)
    return String(decoding: try JSONEncoder().encode(["import": ended.id.rawValue]), as: UTF8.self)
  }

  /// Imports now, and notes how it ended.
  package func carryOut(
    _ run: ImportRun, _ source: @autoclosure () throws -> ByteSource, _ progress: JobProgress, by actor: Actor
  ) async throws -> ImportRun {
    let order = try await imports.order(of: run.id, for: actor)
    guard let company = try await companies.current() else {
      throw Problem(.unavailable, "There is no company in this store yet.", mend: "Make one first.")
    }
    do {
      let importing = Importing(
        imports: imports, run: run, order: order, company: company, actor: actor, progress: progress)
      return try await importing.carryOut(try source())
    } catch let problem as Problem where problem.kind != .unavailable {
      try await imports.fail(run.id, problem.description, by: actor)
      throw problem
    } catch is CancellationError {
      // A server that stops leaves the run as it is; its job goes on at the next start.
      if !Task.isCancelled { try await imports.fail(run.id, "It was cancelled.", by: actor) }
      throw CancellationError()
    } catch {
      // The store may not even take this note. A job says by itself that it failed.
      if run.job == nil {
        let reason = (error as? Problem)?.description ?? "Something went wrong inside."
        try? await imports.fail(run.id, reason, as: .interrupted, by: actor)
      }
      throw error
    }
  }
}
