%% PEER: Cowboy, one process a connection (this file) and one a room (room.erl). A socket's first message names its room,
%% an empty one leaves it, and every other goes to everybody in it. Listens on 127.0.0.1:$PORT.
-module(relay).
-export([start/0, init/2, websocket_init/1, websocket_handle/2, websocket_info/2]).

start() ->
    {ok, _} = application:ensure_all_started(cowboy),
    ets:new(rooms, [named_table, public, {read_concurrency, true}]),
    Port = list_to_integer(os:getenv("PORT")),
    Dispatch = cowboy_router:compile([{'_', [{"/ws", ?MODULE, []}]}]),
    {ok, _} = cowboy:start_clear(http, #{
        max_connections => infinity,
        socket_opts => [{ip, {127, 0, 0, 1}}, {port, Port}, {backlog, 1024}, {nodelay, true}]
    }, #{env => #{dispatch => Dispatch}}),
    receive stop -> ok end.

init(Request, []) ->
    {cowboy_websocket, Request, outside, #{idle_timeout => infinity, compress => false}}.

websocket_init(outside) ->
    {[], outside}.

websocket_handle({text, Name}, outside) ->
    Room = room:find(Name),
    ok = room:join(Room),
    {[{text, <<"joined">>}], Room};
websocket_handle({text, <<>>}, Room) ->
    ok = room:leave(Room),
    {[{text, <<"left">>}], outside};
websocket_handle({text, Value}, Room) ->
    room:relay(Room, Value),
    {[], Room};
websocket_handle(_Frame, State) ->
    {[], State}.

websocket_info({relayed, Value}, State) ->
    {[{text, Value}], State};
websocket_info(_Message, State) ->
    {[], State}.
