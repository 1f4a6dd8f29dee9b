import Conditions
import HTTPTypes
import Hummingbird
import Store

extension Replay {
  /// The answer that was given the first time.
  var response: Response {
    var fields: HTTPFields = [.contentType: "application/json"]
    fields[.location] = answer.location
    if let name = HTTPField.Name("Idempotent-Replayed") { fields[name] = "true" }
    return Response(
      status: .init(code: answer.status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
  }
}
