import NIOCore
import NIOHTTP1
import NIOPosix
import RequestRouting

/// A listener's open port.
final class ListenerSocket: Sendable {
    /// Where it can be connected to.
    let address: TargetAddress
    let context: ListenerContext
    private let channel: any Channel

    private init(channel: any Channel, address: TargetAddress, context: ListenerContext) {
        self.channel = channel
        self.address = address
        self.context = context
    }

    /// Opens the first of `ports` which can be bound on `host`; 0 stands for any free port.
    ///
    /// - Throws: the error of the last attempt.
    static func open(
        host: String, ports: [Int], context: ListenerContext, workers: ProxyWorkers, group: any EventLoopGroup
    ) async throws -> ListenerSocket {
        var latest: any Error = ChannelError.inappropriateOperationForState
        for port in ports {
            do {
                let channel = try await bootstrap(context, workers, group).bind(host: host, port: port).get()
                let bound = channel.localAddress?.port ?? port
                return ListenerSocket(
                    channel: channel, address: TargetAddress(host: host, port: bound), context: context)
            } catch {
                latest = error
            }
        }
        throw latest
    }

    /// Stops accepting connections, so that the port is free when this returns; open connections go on.
    func close() async {
        do {
            try await channel.close().get()
        } catch {
            // It was closed already, which is all that is wanted.
        }
    }

    private static func bootstrap(
        _ context: ListenerContext, _ workers: ProxyWorkers, _ group: any EventLoopGroup
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let worker = workers.worker(on: channel.eventLoop) else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    var configuration = HTTPResponseEncoder.Configuration()
                    configuration.automaticallySetFramingHeaders = false
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(HTTPResponseEncoder(configuration: configuration))
                    try pipeline.addHandler(
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)))
                    try pipeline.addHandler(HTTPServerPipelineHandler())
                    try pipeline.addHandler(ClientConnection(listener: context, worker: worker))
                }
            }
    }
}
