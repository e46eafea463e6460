import AsyncHTTPClient
import JSON
package import KubernetesModel
import NIOCore

/// One open watch: reads lines from the answer's body and turns them into events, one at a time.
///
/// `@unchecked Sendable` because the body's iterator is not `Sendable`. It is safe because `next()` is only called by
/// the one `AsyncThrowingStream` that `events` makes, whose iterator calls its closure again only after the call before
/// has returned, and that stream is not handed out twice.
final class WatchConnection: @unchecked Sendable {
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var lines: LineSplitter
    private let kind: ResourceKind
    private let transport: Transport
    private let request: ClientRequest
    private var hasEnded = false

    private init(
        _ response: HTTPClientResponse, _ kind: ResourceKind, _ request: ClientRequest, _ transport: Transport
    ) {
        body = response.body.makeAsyncIterator()
        lines = LineSplitter(limit: transport.limits.lineBytesMax)
        self.kind = kind
        self.request = request
        self.transport = transport
    }

    /// The events of an answer, pulled from the connection as fast as they are consumed.
    static func events(
        _ response: HTTPClientResponse, _ kind: ResourceKind, _ request: ClientRequest, _ transport: Transport
    ) -> AsyncThrowingStream<WatchEvent, any Error> {
        let connection = WatchConnection(response, kind, request, transport)
        return AsyncThrowingStream { try await connection.next() }
    }

    private func next() async throws -> WatchEvent? {
        while !hasEnded {
            do {
                if let line = try lines.next() { return try event(line) }
                guard let bytes = try await body.next() else { break }
                lines.append(bytes.readableBytesView)
            } catch let error as HTTPClientError where error == .readTimeout || error == .deadlineExceeded {
                // Silence: the peer may be gone. To the caller the watch has ended, and it resumes where it was.
                break
            } catch {
                hasEnded = true
                throw Task.isCancelled ? CancellationError() : wrapped(error)
            }
        }
        hasEnded = true
        return nil
    }

    /// Refusals and cancellation stay what they are.
    private func wrapped(_ error: any Error) -> any Error {
        if error is KubernetesFailure || error is UnreachableServer { return error }
        return transport.unreachable(request, error)
    }

    private func event(_ line: ArraySlice<UInt8>) throws -> WatchEvent {
        let document: JSONValue
        do {
            document = try line.withUnsafeBytes { buffer throws(JSONError) in try JSONValue(parsing: buffer) }
        } catch {
            throw problem("a line of the watch is not JSON: \(error)")
        }
        let type = document["type"]?.stringValue ?? ""
        guard let eventKind = WatchEvent.Kind(rawValue: type), let object = document["object"] else {
            throw problem("a line of the watch has type \"\(type)\", which no event has")
        }
        if eventKind == .error {
            throw KubernetesFailure(status: object, code: 500)
        }
        return WatchEvent(eventKind, KubernetesObject(object).completed(as: kind))
    }

    private func problem(_ text: String) -> UnreachableServer {
        UnreachableServer(
            server: transport.configuration.server, operation: "watch \(request.path)", problem: text)
    }
}

extension KubernetesObject {
    /// This object with `kind` and `apiVersion`, which items of typed lists leave out.
    package func completed(as kind: ResourceKind) -> KubernetesObject {
        guard document["kind"] == nil || document["apiVersion"] == nil else { return self }
        var object = self
        object.document["kind"] = .string(kind.kind)
        object.document["apiVersion"] = .string(kind.apiVersion)
        return object
    }
}
