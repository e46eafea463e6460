import AsyncHTTPClient
import JSON
import KubernetesModel
import NIOCore

/// One open watch: reads lines from the answer's body and turns them into events, one at a time.
///
/// `@unchecked Sendable` because the body's iterator is not `Sendable`. It is safe because `next()` is only called by
/// the one `AsyncThrowingStream` that `events` makes, whose iterator calls its closure again only after the call before
/// has returned, and that stream is not handed out twice.
final class WatchConnection: @unchecked Sendable {
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var lines: LineSplitter
    /// What the server sends, and what it is turned into.
    private let form: ResourceKind
    private let kind: ResourceKind
    private let transport: Transport
    private let request: ClientRequest
    private var hasEnded = false

    private init(
        _ response: HTTPClientResponse, _ form: ResourceKind, _ kind: ResourceKind, _ request: ClientRequest,
        _ transport: Transport
    ) {
        body = response.body.makeAsyncIterator()
        lines = LineSplitter(limit: transport.limits.lineBytesMax)
        self.form = form
        self.kind = kind
        self.request = request
        self.transport = transport
    }

    /// The events of an answer, pulled from the connection as fast as they are consumed.
    static func events(
        _ response: HTTPClientResponse, of form: ResourceKind, as kind: ResourceKind, _ request: ClientRequest,
        _ transport: Transport
    ) -> AsyncThrowingStream<WatchEvent, any Error> {
        let connection = WatchConnection(response, form, kind, request, transport)
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
        return WatchEvent(eventKind, KubernetesObject(object).converted(from: form, to: kind))
    }

    private func problem(_ text: String) -> UnreachableServer {
        UnreachableServer(
            server: transport.configuration.server, operation: "watch \(request.path)", problem: text)
    }
}
