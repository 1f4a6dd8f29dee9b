import Hummingbird
import Logging
import NIOCore

/// What the server knows of a connection.
struct VisitContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// nil on the socket in the data folder.
  let address: String?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress?.ipAddress
  }
}
