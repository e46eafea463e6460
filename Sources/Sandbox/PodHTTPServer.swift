import ClusterPlanning
import KubernetesModel
import NIOCore
import NIOHTTP1
import NIOPosix
import RequestRouting
import Synchronization

/// One container's HTTP server: a listening socket per port, all on the shared event loops.
///
/// Ends as a well-behaved program does on SIGTERM: it closes the listening sockets, answers what is in flight with
/// `Connection: close`, closes idle connections, and is done when the last one is gone.
final class PodHTTPServer: Sendable {
    private struct State {
        var listeners: [any Channel] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isStopping = false
        /// Whether every port was bound.
        var isListening = false
        /// Called once, when stopping has left no connection.
        var whenDrained: (@Sendable () -> Void)?
    }

    let answer: PodAnswer
    private let server: PodServer
    private let translation: PodAddressTranslation
    private let state = Mutex(State())

    init(_ server: PodServer, translation: PodAddressTranslation, answer: PodAnswer) {
        self.server = server
        self.translation = translation
        self.answer = answer
    }

    /// Whether SIGTERM has been received.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Whether every port was bound: otherwise what answers at the pod's address is some other program.
    var isListening: Bool { state.withLock { $0.isListening } }

    /// Binds every port of the container.
    ///
    /// - Throws: when an address cannot be bound; ports that were bound before stay open.
    func start(on group: any EventLoopGroup) async throws {
        for port in server.container.ports {
            let address = translation.wireAddress(of: TargetAddress(host: server.address, port: port))
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 512)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { [self] channel in accept(channel) }
                .bind(host: address.host, port: address.port).get()
            let isStopping = state.withLock { state in
                if !state.isStopping { state.listeners.append(listener) }
                return state.isStopping
            }
            if isStopping { listener.close(promise: nil) }
        }
        state.withLock { $0.isListening = true }
    }

    /// SIGTERM; `whenDrained` is called once, on any thread, when the last connection is gone.
    func stopAccepting(whenDrained: @escaping @Sendable () -> Void) {
        let (listeners, connections) = state.withLock { state in
            state.isStopping = true
            state.whenDrained = whenDrained
            defer { state.listeners = [] }
            return (state.listeners, Array(state.connections.values))
        }
        for listener in listeners { listener.close(promise: nil) }
        for connection in connections {
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        reportIfDrained()
    }

    /// SIGKILL: every socket is closed at once, nothing is reported.
    func kill() {
        let channels = state.withLock { state in
            state.isStopping = true
            state.whenDrained = nil
            defer { state.listeners = [] }
            return state.listeners + Array(state.connections.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let identity = ObjectIdentifier(channel)
        let isStopping = state.withLock { state in
            state.connections[identity] = channel
            return state.isStopping
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { $0.connections[identity] = nil }
            reportIfDrained()
        }
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
            try pipeline.addHandler(PodHTTPHandler(self))
            // A connection that was accepted while the listener closed is answered, and then closed.
            if isStopping {
                channel.eventLoop.execute {
                    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                }
            }
        }
    }

    private func reportIfDrained() {
        let report = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.isStopping, state.connections.isEmpty else { return nil }
            defer { state.whenDrained = nil }
            return state.whenDrained
        }
        report?()
    }
}
