import NIOCore
import NIOHTTP1
import RequestRouting

/// One forwarded request, from its head to the last byte of the answer. Used on its event loop only.
///
/// A request that was sent on a kept connection which turns out to be closed is sent once more on a new connection,
/// when nothing of an answer has arrived, its method may be repeated and its body is still here; and a request whose
/// method may not be repeated never gets a kept connection. So a target which closes idle connections costs no request.
/// The real load balancer loses this race now and then; here it would only blur what a rollout did.
final class Exchange {
    /// Body bytes kept to send a request again, and the most that waits for a connection.
    static let keptBytesMax = 64 * 1024

    let environment: ProxyEnvironment
    let routedTarget: RoutedTarget
    private let client: ClientConnection
    private let worker: ProxyWorker
    private let method: HTTPMethod
    private let forward: ForwardDecision
    private let head: HTTPRequestHead
    /// Parts after the head which may have to be sent (again).
    private var parts: [HTTPClientRequestPart] = []
    private var keptBytes = 0
    private var isRepeatable: Bool
    private let isUpgrade: Bool
    private var hasSwitched = false
    private var connection: UpstreamConnection?
    private var isRequestComplete = false
    private var hasAnswerBegun = false
    private var isOver = false
    private var resentCount = 0
    private var targetStatus: Int?

    init(client: ClientConnection, worker: ProxyWorker, head: HTTPRequestHead, forward: ForwardDecision) {
        self.client = client
        self.worker = worker
        self.forward = forward
        environment = client.listener.environment
        routedTarget = RoutedTarget(targetGroup: forward.targetGroup, target: forward.target)
        method = head.method
        isUpgrade = ProxyHeaders.isUpgrade(head)
        let headers = ProxyHeaders.forTarget(
            forward.headers, framing: ProxyHeaders.framing(of: head), isUpgrade: isUpgrade)
        self.head = HTTPRequestHead(version: .http1_1, method: head.method, uri: head.uri, headers: headers)
        isRepeatable = Self.repeatableMethods.contains(head.method) && !isUpgrade
    }

    private static let repeatableMethods: [HTTPMethod] = [.GET, .HEAD, .PUT, .DELETE, .OPTIONS]

    /// What the access log says about the way to the target.
    var outcome: (resentCount: Int, targetStatus: Int?) { (resentCount, targetStatus) }

    /// Looks for a connection.
    func begin() {
        worker.began(self)
        worker.connect(self, to: forward.target, isFresh: !isRepeatable)
    }

    // MARK: From the client

    func requestContinued(_ buffer: ByteBuffer) {
        guard !isOver else { return }
        send(.body(.byteBuffer(buffer)), byteCount: buffer.readableBytes)
    }

    func requestEnded(_ trailers: HTTPHeaders?) {
        guard !isOver else { return }
        isRequestComplete = true
        send(.end(trailers), byteCount: 0)
    }

    func requestFlush() {
        connection?.flush()
    }

    /// The client has gone: nobody waits for the answer any more.
    func clientGone() {
        guard !isOver else { return }
        if hasSwitched {
            end(status: 101, problem: nil)
        } else {
            end(status: 460, problem: "the client closed the connection")
        }
        connection?.close()
    }

    func clientWritabilityChanged(isWritable: Bool) {
        if !hasSwitched { connection?.setAutoRead(isWritable) }
    }

    /// No data came or went for the idle timeout.
    func idleTimeoutExpired() {
        guard !isOver else { return }
        if !hasAnswerBegun {
            fail(isRequestComplete ? 504 : 408, "nothing was sent or received for the idle timeout")
        } else {
            cut("the answer stopped for the idle timeout")
        }
    }

    // MARK: From the target

    func connected(_ connection: UpstreamConnection) {
        guard !isOver else {
            connection.close()
            return
        }
        self.connection = connection
        connection.serve(self)
        connection.write(.head(head))
        for part in parts { connection.write(part) }
        connection.flush()
        if !isRepeatable { parts = [] }
        client.setAutoRead(connection.isWritable)
    }

    func connectFailed(_ error: any Error) {
        guard !isOver else { return }
        if case .connectTimeout = error as? ChannelError {
            fail(504, "the target did not accept a connection in time")
        } else {
            let text = "\(error)"
            let isRefused = text.contains("Connection refused")
            fail(502, isRefused ? "the target refused the connection" : "no connection to the target: \(text)")
        }
    }

    func targetWritabilityChanged(isWritable: Bool) {
        guard !isOver, !hasSwitched else { return }
        client.setAutoRead(isWritable)
    }

    func answerBegan(_ head: HTTPResponseHead) {
        guard !isOver else { return }
        guard head.status.code != 101 || isUpgrade else {
            return fail(502, "the target switched protocols without being asked")
        }
        guard !RequestLimits.exceeds(head) else { return fail(502, "the answer's headers are too large") }
        hasAnswerBegun = true
        targetStatus = Int(head.status.code)
        let added = forward.headers(forAnswerSetting: head.headers["set-cookie"])
        client.answer(head, adding: added)
    }

    func answerContinued(_ buffer: ByteBuffer) {
        guard !isOver else { return }
        let isWritable = client.send(buffer)
        if !isWritable { connection?.setAutoRead(false) }
    }

    func answerFlush() {
        client.flush()
    }

    func answerEnded(_ trailers: HTTPHeaders?) {
        guard !isOver else { return }
        if targetStatus == 101 { return switchProtocols() }
        let finished = connection
        connection = nil
        end(status: targetStatus ?? 0, problem: nil)
        finished?.finish(isRequestComplete: isRequestComplete)
        client.finishAnswer(trailers)
    }

    func targetFailed(_ problem: String, wasReused: Bool) {
        guard !isOver else { return }
        connection = nil
        if hasSwitched {
            end(status: 101, problem: nil)
            return client.abort()
        }
        if hasAnswerBegun { return cut(problem) }
        guard wasReused, isRepeatable, resentCount == 0 else { return fail(502, problem) }
        resentCount = 1
        worker.connect(self, to: forward.target, isFresh: true)
    }

    /// The target's deregistration delay is over.
    func targetRemoved() {
        guard !isOver else { return }
        let problem = "the target was deregistered and its deregistration delay is over"
        if hasAnswerBegun { return cut(problem) }
        fail(502, problem)
    }

    // MARK: Private

    /// From here on the connection belongs to client and target, until one closes it, nothing moves for the idle
    /// timeout, or the target is gone.
    private func switchProtocols() {
        let sides = (
            client: Tunnel { [weak client = self.client] in client?.tunnelReceived($0) },
            target: Tunnel { [weak client = self.client] in client?.tunnelSent($0) }
        )
        Tunnel.connect(sides.client, sides.target)
        do {
            try client.install(sides.client)
            try connection?.install(sides.target)
            hasSwitched = true
        } catch {
            cut("the connection could not switch protocols: \(error)")
        }
    }

    private func send(_ part: HTTPClientRequestPart, byteCount: Int) {
        keptBytes += byteCount
        if keptBytes > Self.keptBytesMax { isRepeatable = false }
        guard let connection else {
            parts.append(part)
            if keptBytes > Self.keptBytesMax { client.setAutoRead(false) }
            return
        }
        if isRepeatable {
            parts.append(part)
        } else {
            parts = []
        }
        connection.write(part)
        if byteCount > 0, !connection.isWritable {
            connection.flush()
            client.setAutoRead(connection.isWritable)
        }
    }

    /// Answers with an error page.
    private func fail(_ status: Int, _ problem: String) {
        let failed = connection
        connection = nil
        end(status: status, problem: problem)
        failed?.close()
        client.respond(.page(status))
    }

    /// Breaks off an answer which has begun, so that the client sees that it is not complete.
    private func cut(_ problem: String) {
        let failed = connection
        connection = nil
        end(status: targetStatus ?? 0, problem: problem)
        failed?.close()
        client.abort()
    }

    private func end(status: Int, problem: String?) {
        isOver = true
        parts = []
        worker.ended(self)
        client.exchangeEnded(self, status: status, problem: problem)
    }
}
