import ClusterState
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import NIOCore

/// The answer to `GET pods/{name}/log`.
struct PodLogReply: Sendable {
    let source: PodLogs?
    let pod: KubernetesObject
    let query: QueryParameters
    let now: Timestamp

    /// The log as text; streamed on when `follow` is asked for.
    ///
    /// - Throws: 400 for a container that is not named or does not exist, or for options without a meaning.
    func response(to request: Request) async throws -> Response {
        let container = try chosenContainer()
        let selection = try PodLogSelection(query, now: now)
        guard let source else {
            throw KubernetesFailure.badRequest("this server keeps no logs of pods")
        }
        let isFollowing = query.isOn("follow")
        let log = try await source(
            PodLogRequest(
                pod: pod.key, uid: pod.uid, container: container, isFollowing: isFollowing,
                isPrevious: query.isOn("previous")))
        let text = selection.text(of: log.lines)
        guard isFollowing, let following = log.following else { return Reply(200, text: text).response }
        var headers = Reply.headers("text/plain; charset=utf-8")
        headers[.connection] = "close"
        let body = ResponseBody { writer in
            try await Self.stream(text, following, selection, to: &writer, of: request)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    @concurrent private static func stream(
        _ text: String, _ following: AsyncStream<PodLogLine>, _ selection: PodLogSelection,
        to writer: inout any ResponseBodyWriter, of request: Request
    ) async throws {
        let stop = StopSignal()
        try await request.body.consumeWithInboundCloseHandler { _ in
            try await writer.write(ByteBuffer(string: text))
            while !stop.isSet, let line = await stop.value(of: Task { await next(following) }) {
                try await writer.write(ByteBuffer(string: selection.text(of: line)))
            }
        } onInboundClosed: {
            stop.set()
        }
        try await writer.finish(nil)
    }

    /// The next line; `nil` at the end. An `AsyncStream` keeps its place between iterators.
    private static func next(_ stream: AsyncStream<PodLogLine>) async -> PodLogLine? {
        var iterator = stream.makeAsyncIterator()
        return await iterator.next()
    }

    /// The container asked for, or the only one.
    private func chosenContainer() throws(KubernetesFailure) -> String {
        let names = ["containers", "initContainers", "ephemeralContainers"].flatMap { field in
            (pod.spec[field]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        }
        let main = (pod.spec["containers"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        if let name = query["container"], !name.isEmpty {
            guard names.contains(name) else {
                throw .badRequest("container \(name) is not valid for pod \(pod.name)")
            }
            return name
        }
        guard main.count == 1 else {
            let choices = main.joined(separator: " ")
            throw .badRequest(
                "a container name must be specified for pod \(pod.name), choose one of: [\(choices)]")
        }
        return main[0]
    }
}
