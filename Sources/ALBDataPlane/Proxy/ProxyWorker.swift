import ELBModel
import NIOCore
import NIOHTTP1
import NIOPosix
import RequestRouting

/// A target in a group, as in-flight requests are grouped.
struct RoutedTarget: Hashable, Sendable {
    var targetGroup: TargetGroupARN
    var target: TargetAddress
}

/// Everything that happens on one event loop: kept target connections, requests in flight, client connections.
/// Used on that loop only, so it needs no locks.
final class ProxyWorker {
    /// Kept connections per target.
    static let keptMax = 128
    /// How long a kept connection may be idle; below the 60 s after which many servers close theirs.
    static let keptIdleMax: TimeAmount = .seconds(55)

    let eventLoop: any EventLoop
    private var kept: [TargetAddress: [UpstreamConnection]] = [:]
    private var exchanges: [ObjectIdentifier: Exchange] = [:]
    private var clients: [ObjectIdentifier: ClientConnection] = [:]

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// A connection to `target` for `exchange`: a kept one unless `isFresh`, else a new one.
    func connect(_ exchange: Exchange, to target: TargetAddress, isFresh: Bool) {
        while !isFresh, let connection = kept[target]?.popLast() {
            if kept[target]?.isEmpty == true { kept[target] = nil }
            if connection.isOpen { return exchange.connected(connection) }
        }
        open(target, environment: exchange.environment).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): self.hand(channel, of: target, to: exchange)
            case .failure(let error): exchange.connectFailed(error)
            }
        }
    }

    /// Takes back a connection whose request is over.
    func keep(_ connection: UpstreamConnection) {
        var list = kept[connection.target] ?? []
        if list.count >= Self.keptMax { list.removeFirst().close() }
        list.append(connection)
        kept[connection.target] = list
    }

    /// Drops a connection that was closed.
    func forget(_ connection: UpstreamConnection) {
        kept[connection.target]?.removeAll { $0 === connection }
        if kept[connection.target]?.isEmpty == true { kept[connection.target] = nil }
    }

    func began(_ exchange: Exchange) { exchanges[ObjectIdentifier(exchange)] = exchange }
    func ended(_ exchange: Exchange) { exchanges[ObjectIdentifier(exchange)] = nil }
    func opened(_ client: ClientConnection) { clients[ObjectIdentifier(client)] = client }
    func closed(_ client: ClientConnection) { clients[ObjectIdentifier(client)] = nil }

    /// Follows a change of the targets: kept connections to targets which get no more requests are closed, and requests
    /// to targets which are gone (their deregistration delay is over) end with 502.
    func targetsChanged(routable: Set<TargetAddress>, present: Set<RoutedTarget>) {
        for (target, list) in kept where !routable.contains(target) {
            kept[target] = nil
            for connection in list { connection.close() }
        }
        for exchange in exchanges.values where !present.contains(exchange.routedTarget) {
            exchange.targetRemoved()
        }
    }

    /// Closes kept connections which have been idle for too long.
    func sweep(now: NIODeadline) {
        for (target, list) in kept {
            let expired = list.filter { $0.idleSince + Self.keptIdleMax <= now }
            guard !expired.isEmpty else { continue }
            kept[target] = list.filter { connection in !expired.contains { $0 === connection } }
            for connection in expired { connection.close() }
        }
    }

    /// Closes the client connections of a listener, each after its current request.
    func closeClients(of listener: ListenerARN) {
        for client in Array(clients.values) where client.listener.listener == listener {
            client.closeWhenIdle()
        }
    }

    /// Closes everything at once.
    func closeAll() {
        for client in Array(clients.values) { client.abort() }
        for connection in kept.values.flatMap({ $0 }) { connection.close() }
        kept = [:]
    }

    private func hand(_ channel: any Channel, of target: TargetAddress, to exchange: Exchange) {
        do {
            let connection = try channel.pipeline.syncOperations.handler(type: UpstreamConnection.self)
            connection.assign(target: target, worker: self)
            exchange.connected(connection)
        } catch {
            channel.close(promise: nil)
            exchange.connectFailed(error)
        }
    }

    private func open(_ target: TargetAddress, environment: ProxyEnvironment) -> EventLoopFuture<any Channel> {
        let wire = environment.dialer(target)
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(environment.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    var configuration = HTTPRequestEncoder.Configuration()
                    configuration.automaticallySetFramingHeaders = false
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPRequestEncoder(configuration: configuration))
                    try pipeline.addHandler(
                        ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes)))
                    try pipeline.addHandler(UpstreamConnection())
                }
            }
        do {
            return bootstrap.connect(to: try SocketAddress(ipAddress: wire.host, port: wire.port))
        } catch {
            return bootstrap.connect(host: wire.host, port: wire.port)
        }
    }
}
