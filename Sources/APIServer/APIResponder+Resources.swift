import ClusterState
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import NIOCore

extension APIResponder {
    /// Answers a request for a collection, an object or a subresource.
    func resource(_ path: ResourcePath, _ call: Call) async throws -> Response {
        guard store.serves(group: path.group, version: path.version) else { return unserved(path, call) }
        let isServed = store.serves(group: path.group, version: path.version, resource: path.resource)
        guard isServed || ClusterStore.isBuiltIn(group: path.group) else { return Reply.unknownPath.response }
        guard call.request.method != .head else {
            return Response(status: .methodNotAllowed, headers: Reply.headers("application/json"))
        }
        let isPatch = call.request.method == .patch
        let isApply = isPatch && MediaType(call.header(.contentType))?.type == APIRequest.PatchFormat.apply.rawValue
        let accept = try AcceptHeader(call.header(.accept))
        let options = try RequestOptions(
            call.target.query, kind: Self.optionsKinds[call.request.method] ?? "ListOptions", accept: accept,
            userAgent: call.header(.userAgent), isApply: isApply)
        let isRead = call.request.method == .get
        if isRead, path.isWatch || (path.name.isEmpty && call.target.query.isOn("watch")) {
            return try watch(path, call, accept, options)
        }
        if isRead { try accept.check(isList: path.name.isEmpty) }
        if isRead, path.resource == "pods", path.subresource == "log" {
            return try await podLog(path, call)
        }
        try refuseUnservedSubresource(path)
        var request = APIRequest(
            try verb(call.request.method, path), group: path.group, version: path.version, resource: path.resource,
            namespace: path.namespace, name: path.name, subresource: path.subresource, options: options)
        try await readBody(of: call, into: &request)
        return Reply(await store.answer(request), accept: accept, pretty: call.isPretty).response
    }

    /// What the options of a method are called.
    private static let optionsKinds: [HTTPRequest.Method: String] = [
        .post: "CreateOptions", .put: "UpdateOptions", .patch: "PatchOptions", .delete: "DeleteOptions",
    ]

    private func verb(_ method: HTTPRequest.Method, _ path: ResourcePath) throws(KubernetesFailure) -> APIRequest.Verb {
        switch method {
        case .get: path.name.isEmpty ? .list : .get
        case .post: .create
        case .put: .update
        case .patch: .patch
        case .delete: path.name.isEmpty ? .deleteCollection : .delete
        default: throw .methodNotAllowed
        }
    }

    /// A group that is served answers for its versions, and nobody for others.
    private func unserved(_ path: ResourcePath, _ call: Call) -> Response {
        guard path.group.isEmpty || store.discovery(path: "/apis/\(path.group)") != nil else {
            return Reply.unknownPath.response
        }
        return Reply(.unknownResource, pretty: call.isPretty).response
    }

    /// Pods here are not processes that one could enter.
    private func refuseUnservedSubresource(_ path: ResourcePath) throws(KubernetesFailure) {
        guard path.resource == "pods" || path.resource == "services" || path.resource == "nodes" else { return }
        let word = path.subresource.prefix { $0 != "/" }
        guard ["exec", "attach", "portforward", "proxy"].contains(word) else { return }
        throw KubernetesFailure(
            code: 501, reason: "NotImplemented",
            message:
                "\(path.resource) \"\(path.name)\": \(word) is not served here; reach a pod through the load balancer")
    }

    private func readBody(of call: Call, into request: inout APIRequest) async throws {
        guard request.verb != .get, request.verb != .list else { return }
        let bytes: [UInt8]
        // A body that comes too slowly ends with its connection.
        let cutOff = call.channel.map { channel in
            channel.eventLoop.scheduleTask(in: bodyTimeout) { channel.close(promise: nil) }
        }
        defer { cutOff?.cancel() }
        do {
            let buffer = try await call.request.body.collect(upTo: BodyDecoder.bytesMax)
            bytes = Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw KubernetesFailure.bodyTooLarge(limit: BodyDecoder.bytesMax)
        }
        let type = call.header(.contentType)
        if request.verb == .patch {
            // A format that nobody knows is refused by the resource, if there is one.
            guard let patch = try decoder.patch(bytes, contentType: type) else { return }
            request.patchFormat = patch.format
            request.body = patch.body
        } else {
            request.body = try decoder.document(bytes, contentType: type)
            let isDelete = request.verb == .delete || request.verb == .deleteCollection
            // DeleteOptions carry what is a query parameter elsewhere.
            if isDelete, request.body?["dryRun"]?.arrayValue?.contains("All") == true {
                request.options.isDryRun = true
            }
        }
    }

    private func watch(
        _ path: ResourcePath, _ call: Call, _ accept: AcceptHeader, _ options: RequestOptions
    ) throws -> Response {
        let query = call.target.query
        let watch = WatchQuery(
            group: path.group, version: path.version, resource: path.resource, namespace: path.namespace,
            name: path.name, labelSelector: options.labelSelector, fieldSelector: options.fieldSelector,
            sendInitialEvents: query.isOn("sendInitialEvents"), representation: options.representation)
        let version = try options.watchVersion()
        guard let channel = call.channel else { throw KubernetesFailure.badRequest("a watch needs a connection") }
        let watcher = try store.watcher(watch, after: version)
        let seconds = try RequestOptions.integer(query, "timeoutSeconds") ?? Int.random(in: WatchReply.defaultSeconds)
        let reply = WatchReply(
            watcher: watcher, warning: watcher.deprecationWarning, duration: .seconds(Int64(seconds)),
            hasBookmarks: query.isOn("allowWatchBookmarks"), accept: accept, channel: channel,
            feed: feeds.feed(on: channel.eventLoop))
        return reply.response(to: call.request)
    }

    private func podLog(_ path: ResourcePath, _ call: Call) async throws -> Response {
        let request = APIRequest(
            .get, group: path.group, version: path.version, resource: path.resource, namespace: path.namespace,
            name: path.name)
        let answer = store.handle(request)
        guard answer.isSuccess else {
            return Reply(answer, accept: AcceptHeader(), pretty: call.isPretty).response
        }
        let reply = PodLogReply(
            source: podLogs, pod: KubernetesObject(answer.document), query: call.target.query, now: now())
        return try await reply.response(to: call.request)
    }
}
